import type { Build, BuildStep, Outcome } from '../../src/build-terms.ts';
import type { Artifact, Merge, Service } from '../../src/terms.ts';

const digest = `sha256:${'a1b2c3d4'.repeat(8)}`;
const start = Date.parse('2026-03-02T10:00:00Z');
const at = (seconds: number): Date => new Date(start + seconds * 1000);

/** A merged pull request of `acme/orders`; what matters to the test is given. */
export function sampleMerge(given: Partial<Merge> = {}): Merge {
  return {
    id: 'merge-1',
    installationId: 7,
    repositoryId: 42,
    owner: 'acme',
    repo: 'orders',
    private: false,
    number: 12,
    mergeCommit: '2'.repeat(40),
    headSha: '1'.repeat(40),
    baseRef: 'develop',
    title: 'Answer faster',
    labels: ['version:1.4.2'],
    author: 'ada',
    repositoryUrl: 'https://github.com/acme/orders',
    mergedAt: at(-5),
    deliveryId: '5f0e0d4e-8d2a-4a3c-9a51-0f6f2f1b7a10',
    ...given,
  };
}

export function sampleService(given: Partial<Service> = {}): Service {
  return {
    name: 'orders',
    nameFrom: 'package.json "service_name"',
    path: '.',
    dockerfile: 'Dockerfile',
    type: 'docker',
    build: { args: {} },
    ...given,
  };
}

export function sampleArtifact(given: Partial<Artifact> = {}): Artifact {
  return { service: sampleService(), version: '1.4.2', versionFrom: 'label `version:1.4.2`', ...given };
}

export function sampleStep(given: Partial<BuildStep> = {}): BuildStep {
  return { id: 'step-1', name: '[2/3] RUN npm ci', startedAt: at(4), endedAt: at(30), cached: false, ...given };
}

/** A build that waits in the queue. */
export function sampleBuild(given: Partial<Build> = {}): Build {
  return {
    id: 'b7c1a2d3',
    mergeId: 'merge-1',
    artifact: sampleArtifact(),
    state: 'queued',
    timings: {},
    lease: 0,
    cancelRequested: false,
    noCache: false,
    tries: {},
    workedMs: 0,
    createdAt: at(0),
    ...given,
  };
}

export function sampleOutcome(given: Partial<Outcome> = {}): Outcome {
  return {
    verdict: 'published',
    reason: 'orders:1.4.2 is in the registry.',
    digest,
    size: 12_900_000,
    notes: [],
    steps: [
      sampleStep({ id: 'step-0', name: '[1/3] FROM docker.io/library/node:24', cached: true }),
      sampleStep({ id: 'step-1' }),
    ],
    ...given,
  };
}

/** A build that ended after 38 seconds: published, unless the outcome says otherwise. */
export function sampleEndedBuild(outcome: Partial<Outcome> = {}, given: Partial<Build> = {}): Build {
  return sampleBuild({
    state: 'ended',
    startedAt: at(2),
    endedAt: at(40),
    lease: 1,
    timings: {
      plan: { startedAt: at(0), endedAt: at(1) },
      fetch: { startedAt: at(2), endedAt: at(4) },
      build: { startedAt: at(4), endedAt: at(34) },
      push: { startedAt: at(34), endedAt: at(40) },
    },
    outcome: sampleOutcome(outcome),
    ...given,
  });
}
