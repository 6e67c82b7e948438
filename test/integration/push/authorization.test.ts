import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Agent } from 'undici';
import { createAuthorization } from '../../../src/push/authorization.ts';
import type { Registry } from '../../../src/push/registry.ts';
import { type Front, startFront } from '../../support/front.ts';
import { type PutImage, putImage } from '../../support/images.ts';
import { basicCredentials, type StartedRegistry, startRegistry } from '../../support/registries.ts';
import { never, openClient } from '../../support/registry-client.ts';
import { startTokenServer, type TokenServer, type TokenServerOptions } from '../../support/token-server.ts';

const wrong = { username: 'slipway', password: 'wrong-password' };

describe('authorization', () => {
  let open: StartedRegistry;
  let image: PutImage;
  const releasers: (() => Promise<void>)[] = [];
  const client = (...given: Parameters<typeof openClient>): Registry => {
    const registry = openClient(...given);
    releasers.push(() => registry.close());
    return registry;
  };
  const front = async (options: Parameters<typeof startFront>[0]): Promise<Front> => {
    const started = await startFront(options);
    releasers.push(() => started.stop());
    return started;
  };
  const withTokens = async (
    options: TokenServerOptions = {},
  ): Promise<{ tokens: TokenServer; started: StartedRegistry }> => {
    const tokens = await startTokenServer(options);
    releasers.push(() => tokens.stop());
    const started = await startRegistry({ auth: tokens, storage: open.storage });
    releasers.push(() => started.stop());
    return { tokens, started };
  };

  before(async () => {
    open = await startRegistry();
    image = await putImage(open.url, 'orders', '1.0.0');
  });
  after(async () => {
    for (const release of releasers.reverse()) await release();
    await open.stop();
  });

  describe('with user name and password', () => {
    let started: StartedRegistry;
    before(async () => {
      started = await startRegistry({ auth: 'basic', storage: open.storage });
      releasers.push(() => started.stop());
    });

    it('gives them when asked, and from then on without being asked', async () => {
      const seen = await front({ target: started.address });
      const registry = client({ ...seen, credentials: basicCredentials });
      await registry.ping(never);
      assert.equal(await registry.digest('orders', '1.0.0', never), image.digest);
      const told = seen.exchanges.map(({ headers }) => headers.authorization !== undefined);
      assert.deepEqual(told, [false, true, true]);
    });

    it('reads, mounts, puts and deletes', async () => {
      const registry = client(started);
      const manifest = await registry.manifest('orders', '1.0.0', never);
      assert.ok(manifest);
      for (const blob of image.blobs) assert.equal(await registry.mountBlob('copies', 'orders', blob, never), true);
      assert.equal(await registry.putManifest('copies', '1.0.0', manifest, never), image.digest);
      assert.deepEqual(await registry.tags('copies', never), ['1.0.0']);
      assert.equal(await registry.deleteManifest('copies', image.digest, never), true);
    });

    it('says that they are wrong, or missing, and never what they are', async () => {
      await assert.rejects(client({ ...started, credentials: wrong }).ping(never), (error: Error) => {
        assert.match(error.message, /refused the account slipway \(401/);
        assert.doesNotMatch(JSON.stringify([error.message, error.stack, error.cause]), /wrong-password|c2xpcHdheT/);
        return 'code' in error && error.code === 'registry-refused';
      });
      await assert.rejects(client({ ...started, credentials: undefined }).ping(never), {
        code: 'registry-refused',
        message: /asks for credentials/,
        help: /REGISTRY_USERNAME/,
      });
    });

    it('asks only once when they are refused', async () => {
      const seen = await front({ target: started.address });
      const registry = client({ ...seen, credentials: wrong });
      await assert.rejects(registry.digest('orders', '1.0.0', never), { code: 'registry-refused' });
      assert.equal(seen.exchanges.length, 2);
      await assert.rejects(registry.digest('orders', '1.0.0', never), { code: 'registry-refused' });
      assert.equal(seen.exchanges.length, 3);
      await assert.rejects(client(seen).digest('orders', '1.0.0', never), { code: 'registry-refused' });
      assert.equal(seen.exchanges.length, 4);
    });
  });

  it('is not given to a registry that does not ask for it', async () => {
    const seen = await front({ target: open.address });
    const registry = client({ ...seen, credentials: wrong });
    assert.equal(await registry.digest('orders', '1.0.0', never), image.digest);
    assert.deepEqual(
      seen.exchanges.filter(({ headers }) => headers.authorization !== undefined),
      [],
    );
  });

  it('says which kinds it knows when a registry asks for another one', async () => {
    const seen = await front({
      answer: (_, response) => response.writeHead(401, { 'www-authenticate': 'Negotiate' }).end() !== undefined,
    });
    await assert.rejects(client({ ...seen, credentials: wrong }).ping(never), {
      code: 'registry-refused',
      message: /expected Basic or Bearer, found negotiate/,
    });
  });

  describe('with tokens', () => {
    for (const options of [{}, { field: 'access_token' }, { expiresIn: null }] satisfies TokenServerOptions[]) {
      it(`reads, mounts, puts and deletes (${JSON.stringify(options)})`, async () => {
        const { tokens, started } = await withTokens(options);
        const registry = client(started);
        await registry.ping(never);
        const manifest = await registry.manifest('orders', '1.0.0', never);
        assert.ok(manifest);
        for (const blob of image.blobs) assert.equal(await registry.mountBlob('copies', 'orders', blob, never), true);
        assert.equal(await registry.putManifest('copies', '1.0.0', manifest, never), image.digest);
        assert.equal(await registry.deleteManifest('copies', image.digest, never), true);
        assert.deepEqual(tokens.requests[2]?.scopes, ['repository:copies:pull,push', 'repository:orders:pull']);
      });
    }

    it('asks once for a scope, however many ask for it at the same time', async () => {
      const { tokens, started } = await withTokens();
      const registry = client(started);
      const found = await Promise.all(Array.from({ length: 5 }, () => registry.digest('orders', '1.0.0', never)));
      assert.deepEqual(new Set(found), new Set([image.digest]));
      await registry.tags('orders', never);
      assert.equal(tokens.requests.length, 1);
      await registry.tags('others', never);
      assert.equal(tokens.requests.length, 2);
    });

    for (const [expiresIn, kept] of [
      [300, 290_000],
      [null, 50_000],
    ] as const) {
      it(`keeps a token until shortly before its end (expires_in ${expiresIn})`, async () => {
        const { tokens } = await withTokens({ expiresIn });
        let now = 0;
        const dispatcher = new Agent();
        releasers.push(() => dispatcher.close());
        const line = { dispatcher, account: tokens.credentials };
        const authorization = createAuthorization({ line, now: () => now });
        const header = `Bearer realm="${tokens.realm}",service="${tokens.service}"`;
        const scopes = ['repository:orders:pull'];
        assert.equal(await authorization.header(scopes, never), undefined);
        const first = await authorization.renew(
          { origin: new URL(open.url), header, refused: undefined },
          scopes,
          never,
        );
        now = kept - 1;
        assert.equal(await authorization.header(scopes, never), first);
        now = kept;
        assert.notEqual(await authorization.header(scopes, never), first);
        assert.equal(tokens.requests.length, 2);
      });
    }

    it('gets a new token when a registry refuses the old one, once', async () => {
      const { tokens, started } = await withTokens();
      let refusing = 0;
      const seen = await front({
        target: started.address,
        answer({ headers }, response) {
          if (headers.authorization === undefined || refusing === 0) return false;
          refusing -= 1;
          const challenge = `Bearer realm="${tokens.realm}",service="${tokens.service}"`;
          response.writeHead(401, { 'www-authenticate': challenge }).end();
          return true;
        },
      });
      const registry = client({ ...seen, credentials: tokens.credentials });
      assert.equal(await registry.digest('orders', '1.0.0', never), image.digest);
      refusing = 1;
      assert.equal(await registry.digest('orders', '1.0.0', never), image.digest);
      assert.equal(tokens.requests.length, 2);
      refusing = 2;
      await assert.rejects(registry.digest('orders', '1.0.0', never), { code: 'registry-refused' });
      assert.equal(tokens.requests.length, 3);
      assert.equal(await registry.digest('orders', '1.0.0', never), image.digest);
    });

    it('asks again after a token service was out of order', async () => {
      const { tokens } = await withTokens();
      let broken = true;
      const seen = await front({
        target: new URL(tokens.realm).host,
        answer({ path, headers }, response) {
          const challenge = `Bearer realm="http://${seen.address}/token",service="${tokens.service}"`;
          if (path.startsWith('/token')) {
            if (broken) response.writeHead(503, { 'retry-after': '5' }).end();
            return broken;
          }
          if (headers.authorization === undefined) response.writeHead(401, { 'www-authenticate': challenge });
          response.end();
          return true;
        },
      });
      const registry = client({ ...seen, credentials: tokens.credentials });
      const unavailable = { code: 'registry-unavailable', transient: true, retryAfter: 5 };
      await assert.rejects(registry.ping(never), unavailable);
      broken = false;
      await registry.ping(never);
      assert.equal(tokens.requests.length, 1);
    });

    it('says that the account is wrong, or may not do this', async () => {
      const { started } = await withTokens({ withheld: ['push'] });
      await assert.rejects(client({ ...started, credentials: wrong }).ping(never), {
        code: 'registry-refused',
        message: /refused the account slipway .* while asking for a token/,
      });
      const registry = client(started);
      const manifest = await registry.manifest('orders', '1.0.0', never);
      assert.ok(manifest);
      await assert.rejects(registry.putManifest('orders', '1.0.1', manifest, never), {
        code: 'registry-refused',
        message: /putting the manifest 1\.0\.1 into orders/,
      });
    });

    it('goes on for the others when the one who asked first gives up', async () => {
      const { tokens, started } = await withTokens();
      const asked = Promise.withResolvers<void>();
      const answering = Promise.withResolvers<void>();
      const slow = await front({
        target: new URL(tokens.realm).host,
        answer({ headers, path }, response) {
          asked.resolve();
          void answering.promise.then(async () => {
            const answer = await fetch(new URL(path, tokens.realm), {
              headers: { authorization: headers.authorization ?? '' },
            });
            response.end(await answer.text());
          });
          return true;
        },
      });
      const seen = await front({
        target: started.address,
        answer({ headers }, response) {
          if (headers.authorization !== undefined) return false;
          const challenge = `Bearer realm="${slow.url}/token",service="${tokens.service}"`;
          response.writeHead(401, { 'www-authenticate': challenge }).end();
          return true;
        },
      });
      const registry = client({ ...seen, credentials: tokens.credentials });
      const impatient = new AbortController();
      const first = registry.digest('orders', '1.0.0', impatient.signal);
      await asked.promise;
      const second = registry.digest('orders', '1.0.0', never);
      impatient.abort();
      await assert.rejects(first, { code: 'cancelled' });
      answering.resolve();
      assert.equal(await second, image.digest);
      assert.equal(slow.exchanges.length, 1);
    });

    it('does not send the account where others could read it', async () => {
      for (const realm of ['http://auth.lan/token', 'ftp://127.0.0.1/token', 'https://a:b@auth.lan/', 'token', '']) {
        const seen = await front({
          answer: (_, response) =>
            response.writeHead(401, { 'www-authenticate': `Bearer realm="${realm}"` }).end() !== undefined,
        });
        await assert.rejects(
          client({ ...seen, credentials: wrong }).ping(never),
          { code: 'registry-untrusted' },
          realm,
        );
      }
    });

    it('does not follow a token service that sends the account elsewhere', async () => {
      const elsewhere = await front({ answer: (_, response) => response.end('{"token":"x"}') !== undefined });
      const seen = await front({
        answer({ path }, response) {
          if (path.startsWith('/token')) response.writeHead(307, { location: `${elsewhere.url}/token` }).end();
          else response.writeHead(401, { 'www-authenticate': `Bearer realm="http://${seen.address}/token"` }).end();
          return true;
        },
      });
      await assert.rejects(client({ ...seen, credentials: wrong }).ping(never), { code: 'registry-failed' });
      assert.deepEqual(elsewhere.exchanges, []);
    });

    it('says when a token service answers without a token', async () => {
      for (const body of ['{}', '{"token":""}', '{"token":7}', 'null', '<html>']) {
        const seen = await front({
          answer({ path }, response) {
            if (path.startsWith('/token')) response.end(body);
            else response.writeHead(401, { 'www-authenticate': `Bearer realm="http://${seen.address}/token"` }).end();
            return true;
          },
        });
        await assert.rejects(client(seen).ping(never), { code: 'registry-failed', message: /without a token/ }, body);
      }
    });
  });

  describe('and redirects', () => {
    it('stay apart: a blob store gets no credentials', async () => {
      const started = await startRegistry({ auth: 'basic', storage: open.storage });
      releasers.push(() => started.stop());
      const store = await front({ target: open.address });
      const seen = await front({
        target: started.address,
        answer({ method, path, headers }, response) {
          if (method !== 'GET' || !path.includes('/blobs/') || headers.authorization === undefined) return false;
          response.writeHead(307, { location: `http://me:pw@${store.address}${path}?X-Signature=secret` }).end();
          return true;
        },
      });
      const registry = client({ ...seen, credentials: basicCredentials });
      const config = await registry.blob('orders', image.blobs[0] ?? '', never);
      assert.deepEqual(Buffer.from(config), image.config);
      assert.equal(store.exchanges.length, 1);
      assert.equal(store.exchanges[0]?.headers.authorization, undefined);
    });

    it('are not followed into plain http, for ever, or to nowhere, and no signature is told', async () => {
      const locations: Record<string, string> = {
        plain: 'http://blobs.lan/x?X-Signature=secret',
        circle: '?again',
        nowhere: 'http://',
      };
      const seen = await front({
        answer({ path }, response) {
          const location = locations[/\/v2\/(\w+)\//.exec(path)?.[1] ?? ''];
          if (location === undefined) response.end();
          else response.writeHead(302, { location }).end();
          return true;
        },
      });
      const registry = client(seen);
      const blob = image.blobs[0] ?? '';
      await assert.rejects(registry.blob('plain', blob, never), (error: Error) => {
        assert.match(error.message, /redirects to http:\/\/blobs\.lan while/);
        return 'code' in error && error.code === 'registry-untrusted';
      });
      await assert.rejects(registry.blob('circle', blob, never), { code: 'registry-failed', message: /more than 5/ });
      await assert.rejects(registry.blob('nowhere', blob, never), { code: 'registry-failed', message: /nowhere/ });
    });

    it('of a manifest that is put are not followed', async () => {
      const elsewhere = await front({ answer: (_, response) => response.writeHead(201).end() !== undefined });
      const seen = await front({
        answer: ({ method }, response) =>
          (method === 'PUT' ? response.writeHead(307, { location: elsewhere.url }) : response).end() !== undefined,
      });
      const manifest = { digest: image.digest, mediaType: image.mediaType, bytes: image.manifest };
      await assert.rejects(client(seen).putManifest('orders', '7.0.0', manifest, never), { code: 'registry-failed' });
      assert.deepEqual(elsewhere.exchanges, []);
    });
  });
});
