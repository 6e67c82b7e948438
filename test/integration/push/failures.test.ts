import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { type Front, startFront } from '../../support/front.ts';
import { putImage } from '../../support/images.ts';
import { type StartedRegistry, startRegistry } from '../../support/registries.ts';
import { never, openClient } from '../../support/registry-client.ts';

const noSpace = {
  errors: [{ code: 'UNKNOWN', message: 'unknown error', detail: { DriverName: 'filesystem', Enclosed: { Err: 28 } } }],
};

describe('a registry that fails', () => {
  let started: StartedRegistry;
  const releasers: (() => Promise<void>)[] = [];

  /** A front that is found to speak http, and then answers as told. */
  async function failing(answer: NonNullable<Parameters<typeof startFront>[0]['answer']>): Promise<Front> {
    const front = await startFront({
      target: started.address,
      answer: (exchange, response) => exchange.path.includes('orders') && answer(exchange, response),
    });
    releasers.push(() => front.stop());
    return front;
  }

  before(async () => {
    started = await startRegistry();
    await putImage(started.url, 'orders', '1.0.0');
  });
  after(async () => {
    for (const release of releasers.reverse()) await release();
    await started.stop();
  });

  it('by not being there is asked again later, and found when it is back', async () => {
    const first = await startRegistry({ storage: started.storage });
    const registry = openClient(first);
    assert.deepEqual(await registry.tags('orders', never), ['1.0.0']);
    await first.stop();
    await assert.rejects(registry.tags('orders', never), {
      code: 'registry-unavailable',
      transient: true,
      message: /refused the connection while listing the tags of orders/,
    });
    const second = await startRegistry({ storage: started.storage, port: first.port });
    assert.deepEqual(await registry.tags('orders', never), ['1.0.0']);
    await registry.close();
    await second.stop();
  });

  it('by not being there from the start is asked again too', async () => {
    const first = await startRegistry({ storage: started.storage });
    await first.stop();
    const registry = openClient(first);
    await assert.rejects(registry.ping(never), { code: 'registry-unavailable', message: /refused the connection/ });
    const second = await startRegistry({ storage: started.storage, port: first.port });
    await registry.ping(never);
    await registry.close();
    await second.stop();
  });

  it('by a name that nobody knows is unavailable', async () => {
    const registry = openClient({ address: 'registry.invalid:5000' });
    await assert.rejects(registry.ping(never), { code: 'registry-unavailable', message: /name that/ });
    await registry.close();
  });

  it('by hanging is given up on after the time-out', async () => {
    const front = await failing(() => true);
    const registry = openClient(front, { stallMs: 300 });
    await assert.rejects(registry.tags('orders', never), {
      code: 'registry-unavailable',
      transient: true,
      message: /did not answer in time/,
    });
    await registry.close();
  });

  it('by stopping in the middle of an answer is given up on after the time-out', async () => {
    const front = await failing((_, response) => response.write('{"name":') || true);
    const registry = openClient(front, { stallMs: 300 });
    await assert.rejects(registry.tags('orders', never), {
      code: 'registry-unavailable',
      message: /stopped in the middle of its answer/,
    });
    await registry.close();
  });

  it('by breaking off in the middle of an answer is unavailable', async () => {
    const front = await failing((_, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{"name":', () => response.destroy());
      return true;
    });
    const registry = openClient(front);
    await assert.rejects(registry.tags('orders', never), { code: 'registry-unavailable', transient: true });
    await registry.close();
  });

  it('by not finishing the TLS handshake is given up on after the time-out', async () => {
    const server = createServer(() => undefined).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const registry = openClient({ address: `0.0.0.0:${port}` }, { connectMs: 300 });
    await assert.rejects(registry.ping(never), {
      code: 'registry-unavailable',
      message: /did not take the connection in time/,
    });
    await registry.close();
    server.close();
  });

  it('while nobody waits any more is left at once', async () => {
    const asked = Promise.withResolvers<void>();
    const front = await failing((_, response) => {
      response.write('{');
      asked.resolve();
      return true;
    });
    const registry = openClient(front);
    const leaving = new AbortController();
    const work = registry.tags('orders', leaving.signal);
    await asked.promise;
    leaving.abort();
    await assert.rejects(work, { code: 'cancelled', message: 'Stopped while listing the tags of orders.' });
    await assert.rejects(registry.tags('orders', AbortSignal.abort()), { code: 'cancelled' });
    await registry.close();
  });

  it('does not keep a client from closing', async () => {
    const asked = Promise.withResolvers<void>();
    const front = await failing(() => {
      asked.resolve();
      return true;
    });
    const registry = openClient(front);
    const work = assert.rejects(registry.tags('orders', never), { code: 'registry-unavailable' });
    await asked.promise;
    await registry.close();
    await work;
  });

  it('by being busy or broken says so, with the time to wait', async () => {
    const answers = [
      { status: 429, headers: { 'retry-after': '7' }, body: 'slow down', retryAfter: 7 },
      { status: 503, headers: {}, body: '<html>', retryAfter: undefined },
      { status: 500, headers: {}, body: '{"errors":[{"code":"UNKNOWN","message":"oops"}]}', retryAfter: undefined },
    ];
    for (const { status, headers, body, retryAfter } of answers) {
      const front = await failing((_, response) => response.writeHead(status, headers).end(body) !== undefined);
      const registry = openClient(front);
      for (const work of [
        registry.tags('orders', never),
        registry.digest('orders', '1.0.0', never),
        registry.manifest('orders', '1.0.0', never),
      ]) {
        await assert.rejects(work, { code: 'registry-unavailable', transient: true, retryAfter });
      }
      await registry.close();
    }
  });

  it('by being no registry at all says so', async () => {
    const front = await startFront({ answer: (_, response) => response.writeHead(404).end('<html>') !== undefined });
    releasers.push(() => front.stop());
    const registry = openClient(front);
    await assert.rejects(registry.ping(never), { code: 'registry-failed', message: /answered 404/, help: /REGISTRY/ });
    await registry.close();
  });

  it('by a full disk says so', async () => {
    const front = await failing((_, response) => response.writeHead(500).end(JSON.stringify(noSpace)) !== undefined);
    const registry = openClient(front);
    const manifest = { digest: '', mediaType: 'application/vnd.oci.image.manifest.v1+json', bytes: Buffer.from('{}') };
    await assert.rejects(registry.putManifest('orders', '1.0.1', manifest, never), {
      code: 'disk-full',
      help: /Make room/,
    });
    await registry.close();
  });
});
