import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { probeRegistry } from '../../../src/push/probe-registry.ts';
import { type Front, startFront } from '../../support/front.ts';
import { type RegistryOptions, startRegistry } from '../../support/registries.ts';
import { never, openClient } from '../../support/registry-client.ts';

const staging = 'slipway-staging';

async function registryWith(test: TestContext, options: RegistryOptions = {}) {
  const started = await startRegistry(options);
  test.after(() => started.stop());
  const client = openClient(started);
  test.after(() => client.close());
  return { started, client };
}

/** A client that sees the registry through a server that meddles. */
async function through(
  test: TestContext,
  target: string,
  answer: NonNullable<Parameters<typeof startFront>[0]['answer']>,
) {
  const front: Front = await startFront({ target, answer });
  test.after(() => front.stop());
  const client = openClient(front);
  test.after(() => client.close());
  return client;
}

describe('the probe of a registry', () => {
  it('does not meet other probes that are made at the same time', async (test) => {
    const { client } = await registryWith(test);
    const probes = Array.from({ length: 100 }, () => probeRegistry(client, staging, never));
    assert.deepEqual(
      await Promise.all(probes),
      probes.map(() => ({ mounts: true, deletes: true })),
    );
  });

  it('leaves no tag, also where the registry does not delete', async (test) => {
    for (const deletes of [true, false]) {
      const { client } = await registryWith(test, { deletes });
      assert.deepEqual(await probeRegistry(client, staging, never), { mounts: true, deletes });
      assert.deepEqual([await client.tags(staging, never), await client.tags('slipway-doctor', never)], [[], []]);
    }
  });

  it('deletes again where a build that is pushed at that moment makes the registry fail', async (test) => {
    const { started } = await registryWith(test);
    let failed = 0;
    const client = await through(test, started.address, ({ method }, response) => {
      if (method !== 'DELETE' || failed === 2) return false;
      failed += 1;
      response.writeHead(500).end('{"errors":[{"code":"UNKNOWN","message":"unknown error"}]}');
      return true;
    });
    assert.deepEqual(await probeRegistry(client, staging, never), { mounts: true, deletes: true });
    assert.equal(failed, 2);
  });

  it('says what the registry says where it never deletes', async (test) => {
    const { started } = await registryWith(test);
    const client = await through(test, started.address, ({ method }, response) => {
      if (method !== 'DELETE') return false;
      response.writeHead(500).end();
      return true;
    });
    await assert.rejects(probeRegistry(client, staging, never), { code: 'registry-unavailable' });
  });
});
