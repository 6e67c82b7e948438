import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { listVersions } from '../../../src/push/list-versions.ts';
import type { Registry } from '../../../src/push/registry.ts';

describe('the versions of a service', () => {
  it('are the tags that are SemVer, in its order', async () => {
    const hex = 'a'.repeat(64);
    const tags = ['latest', '1.10.0', '1.9.0', 'v1.0.0', '1.4', '1.9.0-rc.1', '01.0.0', '1.0.0_7', `sha256-${hex}`];
    const signed = [`sha256-${hex}.sig`, `sha256-${hex}.att`, `sha256-${hex}.sbom`];
    const registry: Pick<Registry, 'tags'> = { tags: async () => [...tags, ...signed] };
    assert.deepEqual(await listVersions(registry as Registry, 'orders', AbortSignal.abort()), [
      '1.9.0-rc.1',
      '1.9.0',
      '1.10.0',
    ]);
  });
});
