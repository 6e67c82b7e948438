import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { after, before, describe, it } from 'node:test';
import type { Registry } from '../../../src/push/registry.ts';
import { type Front, startFront } from '../../support/front.ts';
import { digestOf, type PutImage, putBlob, putImage, putManifest } from '../../support/images.ts';
import { type StartedRegistry, startRegistry } from '../../support/registries.ts';
import { never, openClient } from '../../support/registry-client.ts';

const absent = `sha256:${'0'.repeat(64)}`;

/** Debian's docker-registry gives all tags at once; newer ones give pages, as the spec has them. */
function page(all: readonly string[], url: URL, response: ServerResponse): void {
  const n = Number(url.searchParams.get('n'));
  const start = all.indexOf(url.searchParams.get('last') ?? '') + 1;
  const tags = all.slice(start, start + n);
  if (start + n < all.length) response.setHeader('link', `<${url.pathname}?n=${n}&last=${tags.at(-1)}>; rel="next"`);
  response.end(JSON.stringify({ name: 'many', tags }));
}

describe('the registry client', () => {
  let started: StartedRegistry;
  let registry: Registry;
  let image: PutImage;
  const opened: { close(): Promise<void> }[] = [];
  const fronts: Front[] = [];

  /** A client that sees the registry through a server that meddles. */
  async function through(
    answer: Parameters<typeof startFront>[0]['answer'],
  ): Promise<{ front: Front; seen: Registry }> {
    const front = await startFront({ target: started.address, ...(answer === undefined ? {} : { answer }) });
    const seen = openClient(front);
    fronts.push(front);
    opened.push(seen);
    return { front, seen };
  }

  before(async () => {
    started = await startRegistry();
    registry = openClient(started);
    opened.push(registry);
    image = await putImage(started.url, 'orders', '1.0.0', { labels: { a: 'b' }, layers: ['one', 'two'] });
  });
  after(async () => {
    for (const each of opened) await each.close();
    for (const front of fronts) await front.stop();
    await started.stop();
  });

  it('finds a manifest by tag and by digest, and its blobs', async () => {
    for (const reference of ['1.0.0', image.digest]) {
      assert.equal(await registry.digest('orders', reference, never), image.digest);
      const manifest = await registry.manifest('orders', reference, never);
      assert.equal(manifest?.digest, image.digest);
      assert.equal(manifest?.mediaType, image.mediaType);
      assert.deepEqual(Buffer.from(manifest?.bytes ?? []), image.manifest);
    }
    const config = await registry.blob('orders', digestOf(image.config), never);
    assert.deepEqual(Buffer.from(config), image.config);
    await registry.ping(never);
  });

  it('finds nothing where there is nothing', async () => {
    assert.equal(await registry.digest('orders', '9.9.9', never), undefined);
    assert.equal(await registry.manifest('nobody', '1.0.0', never), undefined);
    assert.equal(await registry.manifest('orders', absent, never), undefined);
    assert.deepEqual(await registry.tags('nobody', never), []);
    await assert.rejects(registry.blob('orders', absent, never), { code: 'registry-failed', message: /BLOB_UNKNOWN/ });
  });

  it('puts the prefix before every name, and none into what callers say', async () => {
    const team = openClient(started, { prefix: 'team/web' });
    opened.push(team);
    const put = await putImage(started.url, 'team/web/users', '1.0.0');
    assert.deepEqual([team.host, team.prefix], [started.address, 'team/web/']);
    assert.equal(await team.digest('users', '1.0.0', never), put.digest);
    assert.deepEqual(await team.tags('users', never), ['1.0.0']);
    assert.equal(await team.mountBlob('invoices', 'users', put.blobs[0] ?? '', never), true);
    assert.equal(team.reference('users', '1.0.0'), `${started.address}/team/web/users:1.0.0`);
    assert.equal(team.reference('users', put.digest), `${started.address}/team/web/users@${put.digest}`);
  });

  it('lists 250 tags, and none after they are deleted', async () => {
    const many = await putImage(started.url, 'many', 'first');
    const names = Array.from({ length: 249 }, (_, index) => `tag-${index}`);
    for (const name of names) await putManifest(started.url, 'many', name, many.mediaType, many.manifest);
    const all = [...names, 'first'].sort();
    assert.deepEqual([...(await registry.tags('many', never))].sort(), all);

    const { front, seen } = await through(({ path }, response) => {
      if (!path.startsWith('/v2/many/tags/list')) return false;
      page(all, new URL(path, started.url), response);
      return true;
    });
    assert.deepEqual(await seen.tags('many', never), all);
    const asked = front.exchanges.map(({ path }) => path).filter((path) => path.includes('/tags/list'));
    assert.deepEqual(asked.slice(1), [`${asked[0]}&last=${all[99]}`, `${asked[0]}&last=${all[199]}`]);

    assert.equal(await registry.deleteManifest('many', many.digest, never), true);
    assert.deepEqual(await registry.tags('many', never), []);
  });

  it('follows absolute links of its registry, and takes `tags: null` for none', async () => {
    const { front, seen } = await through(({ path }, response) => {
      if (!path.startsWith('/v2/paged/tags/list')) return false;
      const next = `<http://${front.address}/v2/paged/tags/list?n=100&last=b>; rel="next"`;
      if (path.includes('last=b')) response.end('{"name":"paged","tags":null}');
      else response.setHeader('link', next).end('{"name":"paged","tags":["a","b"]}');
      return true;
    });
    assert.deepEqual(await seen.tags('paged', never), ['a', 'b']);
  });

  it('refuses a list of tags that leads elsewhere, in circles, or is none', async () => {
    const answers: Record<string, [string | undefined, string]> = {
      '/v2/elsewhere/tags/list': ['<http://blobs.lan/v2/x>; rel="next"', '{"tags":[]}'],
      '/v2/circle/tags/list': ['</v2/circle/tags/list?n=100>; rel="next"', '{"tags":["a"]}'],
      '/v2/wrong/tags/list': [undefined, '{"tags":[1]}'],
      '/v2/html/tags/list': [undefined, '<html>'],
    };
    const { seen } = await through(({ path }, response) => {
      const [link, body] = answers[path.split('?')[0] ?? ''] ?? [];
      if (body === undefined) return false;
      if (link !== undefined) response.setHeader('link', link);
      response.end(body);
      return true;
    });
    for (const name of ['elsewhere', 'circle', 'wrong', 'html']) {
      await assert.rejects(seen.tags(name, never), { code: 'registry-failed' }, name);
    }
  });

  it('asks for all four types, and for the bytes as they are, so that nobody converts a manifest', async () => {
    const { front, seen } = await through(undefined);
    await seen.digest('orders', '1.0.0', never);
    await seen.manifest('orders', '1.0.0', never);
    for (const { headers } of front.exchanges.filter(({ path }) => path.includes('/manifests/'))) {
      assert.equal(headers.accept?.split(', ').length, 4);
      assert.equal(headers['accept-encoding'], 'identity');
    }
  });

  it('takes no manifest and no blob whose bytes are not what the digest says', async () => {
    const { seen } = await through(({ method, path }, response) => {
      if (method !== 'GET' || !/\/(manifests|blobs)\//.test(path)) return false;
      if (path.endsWith('/told')) response.setHeader('docker-content-digest', absent);
      response.setHeader('content-type', image.mediaType).end(`${image.manifest} `);
      return true;
    });
    await assert.rejects(seen.manifest('orders', image.digest, never), { code: 'digest-mismatch' });
    await assert.rejects(seen.manifest('orders', 'told', never), { code: 'digest-mismatch' });
    await assert.rejects(seen.blob('orders', digestOf(image.config), never), { code: 'digest-mismatch' });
  });

  it('reads the manifest where the registry does not tell its digest', async () => {
    const { seen } = await through(({ method }, response) => {
      if (method !== 'HEAD') return false;
      response.setHeader('content-type', image.mediaType).end();
      return true;
    });
    assert.equal(await seen.digest('orders', '1.0.0', never), image.digest);
  });

  it('takes the type of a manifest that does not name it from the header', async () => {
    const bytes = Buffer.from(JSON.stringify({ ...JSON.parse(image.manifest.toString()), mediaType: undefined }));
    const { seen } = await through(({ method, path }, response) => {
      if (method !== 'GET' || !path.endsWith('/manifests/untold')) return false;
      response.setHeader('content-type', 'application/vnd.oci.image.manifest.v1+json; charset=utf-8').end(bytes);
      return true;
    });
    const manifest = await seen.manifest('orders', 'untold', never);
    assert.equal(manifest?.mediaType, 'application/vnd.oci.image.manifest.v1+json');
  });

  it('never holds more of an answer than it needs', async () => {
    const large = await putBlob(started.url, 'orders', Buffer.alloc(8 * 2 ** 20 + 1));
    await assert.rejects(registry.blob('orders', large, never), {
      code: 'registry-failed',
      message: /more than 8 MiB/,
    });
    const { seen } = await through(({ path }, response) => {
      if (!path.endsWith('/manifests/large')) return false;
      response.end(Buffer.alloc(4 * 2 ** 20 + 1, ' '));
      return true;
    });
    await assert.rejects(seen.manifest('orders', 'large', never), { message: /more than 4 MiB/ });
  });

  it('mounts a blob of another repository', async () => {
    const blob = image.blobs[1] ?? '';
    assert.equal(await registry.mountBlob('mounted', 'orders', blob, never), true);
    assert.equal((await fetch(`${started.url}/v2/mounted/blobs/${blob}`, { method: 'HEAD' })).status, 200);
  });

  it('closes the upload that a registry opens in place of a mount', async () => {
    const { front, seen } = await through(undefined);
    assert.equal(await seen.mountBlob('mounted', 'orders', absent, never), false);
    const closed = front.exchanges.at(-1);
    assert.equal(closed?.method, 'DELETE');
    assert.equal((await fetch(`${started.url}${closed?.path}`)).status, 404);
  });

  it('says that a registry cannot mount, and leaves uploads on other hosts alone', async () => {
    const elsewhere = await startFront({ answer: (_, response) => response.end() !== undefined });
    fronts.push(elsewhere);
    const { front, seen } = await through(({ method, path }, response) => {
      if (method !== 'POST') return false;
      if (path.startsWith('/v2/elsewhere/')) response.writeHead(202, { location: `${elsewhere.url}/upload` }).end();
      else response.writeHead(Number(/\/v2\/s(\d+)\//.exec(path)?.[1])).end();
      return true;
    });
    for (const name of ['elsewhere', 's400', 's404', 's405']) {
      assert.equal(await seen.mountBlob(name, 'orders', absent, never), false, name);
    }
    assert.deepEqual(elsewhere.exchanges, []);
    assert.deepEqual([...new Set(front.exchanges.map(({ method }) => method))], ['POST']);
    for (const [name, code] of [
      ['s503', 'registry-unavailable'],
      ['s429', 'registry-unavailable'],
      ['s403', 'registry-refused'],
      ['s200', 'registry-failed'],
    ]) {
      await assert.rejects(seen.mountBlob(name ?? '', 'orders', absent, never), { code }, name);
    }
  });

  it('puts a manifest and tells its digest, also where the registry does not', async () => {
    const manifest = { digest: image.digest, mediaType: image.mediaType, bytes: image.manifest };
    assert.equal(await registry.putManifest('orders', '1.0.1', manifest, never), image.digest);
    assert.equal(await registry.digest('orders', '1.0.1', never), image.digest);
    const { seen } = await through(({ method }, response) => {
      if (method === 'PUT') response.writeHead(201).end();
      return method === 'PUT';
    });
    assert.equal(await seen.putManifest('orders', '1.0.2', manifest, never), image.digest);
    const wrong = { ...manifest, bytes: Buffer.from('{}') };
    await assert.rejects(registry.putManifest('orders', '1.0.3', wrong, never), {
      code: 'registry-failed',
      message: /MANIFEST_INVALID/,
    });
  });

  it('deletes by digest alone, and says when a registry does not delete', async () => {
    const gone = await putImage(started.url, 'gone', '1.0.0');
    await assert.rejects(registry.deleteManifest('gone', '1.0.0', never), { code: 'bad-usage' });
    assert.equal(await registry.deleteManifest('gone', gone.digest, never), true);
    assert.equal(await registry.digest('gone', '1.0.0', never), undefined);
    assert.equal(await registry.deleteManifest('gone', gone.digest, never), true);
    const keeper = await startRegistry({ deletes: false, storage: started.storage });
    const keeping = openClient(keeper);
    assert.equal(await keeping.deleteManifest('orders', image.digest, never), false);
    await keeping.close();
    await keeper.stop();
    const { seen } = await through(({ method }, response) => {
      if (method === 'DELETE') response.writeHead(403).end();
      return method === 'DELETE';
    });
    await assert.rejects(seen.deleteManifest('orders', image.digest, never), { code: 'registry-refused' });
  });
});
