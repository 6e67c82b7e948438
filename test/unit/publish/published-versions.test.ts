import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ArtifactBuilder } from '../../../src/build/artifact-type.ts';
import { SlipwayError } from '../../../src/errors.ts';
import { publishedVersions } from '../../../src/publish/published-versions.ts';
import type { Artifact, ArtifactType } from '../../../src/terms.ts';
import { sampleArtifact, sampleService } from '../../support/sample-merge.ts';

const builders = (versions: ArtifactBuilder['versions']) => ({
  builders: { docker: { versions }, ami: {} } as unknown as Record<ArtifactType, ArtifactBuilder>,
});
const signal = new AbortController().signal;
const bumped = (name: string): Artifact => sampleArtifact({ service: sampleService({ name }), bump: 'minor' });

describe('what is published, for bump labels', () => {
  it('is asked for those services alone whose version a bump label asks for', async () => {
    const asked: string[] = [];
    const tools = builders(async ({ name }) => {
      asked.push(name);
      return ['1.0.0'];
    });
    const plan = { kind: 'publish', artifacts: [sampleArtifact(), bumped('mail')] } as const;
    assert.deepEqual(await publishedVersions(tools, plan, signal), new Map([['mail', ['1.0.0']]]));
    assert.deepEqual(asked, ['mail']);
  });

  it('is waited for, whatever keeps the registry from answering: a merge is not refused for it', async () => {
    const refused = new SlipwayError('registry-refused', 'The registry refused the account slipway.');
    const tools = builders(() => Promise.reject(refused));
    await assert.rejects(
      publishedVersions(tools, { kind: 'publish', artifacts: [bumped('mail')] }, signal),
      (error) => error instanceof SlipwayError && error.code === 'registry-refused' && error.transient,
    );
  });
});
