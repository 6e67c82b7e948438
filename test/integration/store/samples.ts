import type { Outcome } from '../../../src/build-terms.ts';
import type { NewMerge } from '../../../src/store/store.ts';
import type { Artifact, Plan } from '../../../src/terms.ts';
import { sampleArtifact, sampleMerge, sampleOutcome, sampleService } from '../../support/sample-merge.ts';

let numbers = 1000;

/** A number that no other test has: repositories, pull requests. */
export const fresh = (): number => ++numbers;

export function newMerge(given: Partial<NewMerge> = {}): NewMerge {
  const { id: _, ...merge } = sampleMerge({ number: fresh(), repositoryId: fresh(), ...given });
  return merge;
}

export const artifact = (name: string, version = '1.4.2'): Artifact =>
  sampleArtifact({ service: sampleService({ name }), version });

export const publishing = (...artifacts: Artifact[]): Plan => ({ kind: 'publish', artifacts });

export const published = (given: Partial<Outcome> = {}): Outcome => sampleOutcome(given);

export const failed = (given: Partial<Outcome> = {}): Outcome => ({
  verdict: 'failed',
  fault: 'yours',
  reason: 'RUN npm ci failed.',
  notes: [],
  steps: [],
  ...given,
});
