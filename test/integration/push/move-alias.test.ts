import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { identityLabels } from '../../../src/identity.ts';
import { moveAlias } from '../../../src/push/move-alias.ts';
import type { Registry } from '../../../src/push/registry.ts';
import { putImage } from '../../support/images.ts';
import { type StartedRegistry, startRegistry } from '../../support/registries.ts';
import { never, openClient } from '../../support/registry-client.ts';

describe('aliases in a registry', () => {
  let started: StartedRegistry;
  let registry: Registry;
  before(async () => {
    started = await startRegistry();
    registry = openClient(started);
  });
  after(async () => {
    await registry?.close();
    await started?.stop();
  });

  /** Puts an image that says that it is this version, under its version or another tag. */
  async function put(name: string, version: string, { tag = version, repositoryId = 42 } = {}) {
    const labels = identityLabels({
      identity: { repositoryId, path: '.', commit: '1'.repeat(40) },
      buildId: `${name}-${version}`,
      version,
      sourceUrl: '',
    });
    return (await putImage(started.url, name, tag, { labels })).digest;
  }
  const move = (name: string, tag: string, version: string, digest: string) =>
    moveAlias(registry, { name, tag, version, digest, repositoryId: 42, signal: never });

  it('point to the version, move forward, and never back', async () => {
    const old = await put('forward', '1.3.9');
    assert.deepEqual(await move('forward', '1', '1.3.9', old), { kind: 'moved' });
    assert.deepEqual(await move('forward', '1', '1.3.9', old), { kind: 'there' });
    const next = await put('forward', '1.4.2');
    assert.deepEqual(await move('forward', '1', '1.4.2', next), { kind: 'moved' });
    assert.equal(await registry.digest('forward', '1', never), next);
    assert.deepEqual(await move('forward', '1', '1.3.9', old), { kind: 'newer', at: '1.4.2' });
    assert.equal(await registry.digest('forward', '1', never), next);
  });

  it('are left alone where they are on an image of somebody else, or on one that says nothing', async () => {
    const foreign = await put('foreign', '1.0.0', { tag: 'latest', repositoryId: 7 });
    const ours = await put('foreign', '2.0.0');
    assert.deepEqual(await move('foreign', 'latest', '2.0.0', ours), { kind: 'foreign' });
    assert.equal(await registry.digest('foreign', 'latest', never), foreign);
    await putImage(started.url, 'foreign', '2', {});
    assert.deepEqual(await move('foreign', '2', '2.0.0', ours), { kind: 'foreign' });
  });
});
