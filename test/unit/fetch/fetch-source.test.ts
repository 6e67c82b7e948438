import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import path from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { gzipSync } from 'node:zlib';
import { SlipwayError } from '../../../src/errors.ts';
import { fetchSource } from '../../../src/fetch/fetch-source.ts';
import type { Source, SourceLimits } from '../../../src/fetch/source.ts';
import type { GitHub } from '../../../src/github.ts';
import { archiveServer, octokitFor, serve } from '../../support/archive-server.ts';
import { gitArchive, tarGzOf, tarOf, temporaryFolder } from '../../support/source-archives.ts';
import { until } from '../../support/until.ts';

const limits: SourceLimits = { bytes: 2 ** 26, entries: 1000 };

type Fetching = { github: GitHub; folder: string; commit?: string; limits?: SourceLimits; signal?: AbortSignal };

function fetchInto({ github, folder, commit = 'a'.repeat(40), ...more }: Fetching): Promise<Source> {
  const file = path.join(folder, 'source.tar.gz');
  return fetchSource({
    github,
    owner: 'acme',
    repo: 'orders',
    commit,
    file,
    limits,
    signal: new AbortController().signal,
    ...more,
  });
}

async function fails(fetching: Fetching, code: string, more: Partial<SlipwayError> = {}): Promise<void> {
  await assert.rejects(fetchInto(fetching), (error) => {
    assert(error instanceof SlipwayError, String(error));
    assert.equal(error.code, code, `${error.message} ${error.cause}`);
    for (const [key, value] of Object.entries(more)) assert.equal(error[key as keyof SlipwayError], value, key);
    assert(!JSON.stringify([error.message, String(error.cause)]).includes('ghs_secret'));
    return true;
  });
  assert.deepEqual(await readdir(fetching.folder), [], 'nothing is left behind');
}

const whole = (archive: Buffer) => (_: unknown, response: ServerResponse) => response.end(archive);

describe('an archive is fetched', () => {
  it('from the origin that GitHub names, which never sees the token', async (t) => {
    const { archive, commit } = await gitArchive(await temporaryFolder(t), {
      'package.json': '{"name":"orders"}',
      'src/a': '1',
    });
    const { github, requests } = await archiveServer(t, whole(archive));
    const folder = await temporaryFolder(t);
    const source = await fetchInto({ github, folder, commit });
    assert.equal(source.commit, commit);
    assert.equal(await source.read('package.json'), '{"name":"orders"}');
    assert.deepEqual(requests, [
      { path: `/repos/acme/orders/tarball/${commit}`, authorization: 'token ghs_secret' },
      { path: '/archive.tar.gz?token=short-lived', authorization: undefined },
    ]);
    assert.deepEqual(await readdir(folder), ['source.tar.gz']);
    assert.deepEqual(await readFile(path.join(folder, 'source.tar.gz')), archive);
  });

  it('byte by byte, however slow', async (t) => {
    const { archive, commit } = await gitArchive(await temporaryFolder(t), { a: '1' });
    const { github } = await archiveServer(t, async (_, response) => {
      for (const byte of archive) {
        response.write(Buffer.of(byte));
        await new Promise(setImmediate);
      }
      response.end();
    });
    const source = await fetchInto({ github, folder: await temporaryFolder(t), commit });
    assert.equal(await source.read('a'), '1');
  });
});

describe('a fetch that fails leaves nothing behind', () => {
  it('when the archive is cut, wherever that is', async (t) => {
    const random = Buffer.from(Array.from({ length: 300_000 }, (_, at) => ((at * 7919) % 251) ^ (at >> 8)));
    const { archive, commit } = await gitArchive(await temporaryFolder(t), { a: random, b: '1' });
    for (const length of [0, 1, 9, 10, 600, Math.floor(archive.length / 2), archive.length - 9, archive.length - 1]) {
      const { github } = await archiveServer(t, whole(archive.subarray(0, length)));
      await fails({ github, folder: await temporaryFolder(t), commit }, 'source-truncated', {
        transient: true,
        fault: 'ours',
      });
    }
  });

  it('when the connection breaks half way', async (t) => {
    const { archive } = await gitArchive(await temporaryFolder(t), { a: 'x'.repeat(1000) });
    const { github } = await archiveServer(t, (_, response) => {
      response.setHeader('content-length', archive.length);
      response.write(archive.subarray(0, 100));
      setImmediate(() => response.destroy());
    });
    await fails({ github, folder: await temporaryFolder(t) }, 'source-truncated', { transient: true });
  });

  it('when the archive is damaged', async (t) => {
    const { archive } = await gitArchive(await temporaryFolder(t), { a: 'x'.repeat(1000) });
    const damaged = Buffer.from(archive);
    damaged.fill(0xff, 100, 120);
    const { github } = await archiveServer(t, whole(damaged));
    await fails({ github, folder: await temporaryFolder(t) }, 'source-truncated', { transient: true });
  });

  it('when something else follows it', async (t) => {
    const { archive } = await gitArchive(await temporaryFolder(t), { a: '1' });
    const { github } = await archiveServer(t, whole(Buffer.concat([archive, Buffer.from('rubbish'.repeat(100_000))])));
    await fails({ github, folder: await temporaryFolder(t) }, 'source-truncated');
  });

  it('when the tar within ends early', async (t) => {
    const tar = await tarOf([
      { name: 'top/', type: 'directory' },
      { name: 'top/a', content: 'x'.repeat(2000) },
    ]);
    const { github } = await archiveServer(t, whole(gzipSync(tar.subarray(0, 1536))));
    await fails({ github, folder: await temporaryFolder(t) }, 'source-truncated');
  });

  it('when it is no archive at all', async (t) => {
    const { github } = await archiveServer(t, whole(Buffer.from('<html>Sorry</html>')));
    await fails({ github, folder: await temporaryFolder(t) }, 'source-truncated');
  });

  it('when it is hostile, without waiting for the rest of it', async (t) => {
    const archive = await tarGzOf([{ name: '/etc/passwd' }]);
    const closed = Promise.withResolvers<void>();
    const { github } = await archiveServer(t, (_, response) => {
      response.once('close', () => closed.resolve());
      response.write(archive);
      // zlib hands over what it has when more arrives.
      response.write(Buffer.alloc(2 ** 19));
    });
    await fails({ github, folder: await temporaryFolder(t) }, 'source-hostile', { fault: 'yours', transient: false });
    await closed.promise;
  });

  it('when it is larger than allowed', async (t) => {
    const { archive } = await gitArchive(await temporaryFolder(t), { a: 'x'.repeat(1000) });
    const { github } = await archiveServer(t, whole(archive));
    await fails({ github, folder: await temporaryFolder(t), limits: { bytes: 100, entries: 9 } }, 'source-too-large', {
      fault: 'yours',
    });
  });

  it('when it goes on and on and unpacks to nothing', async (t) => {
    const nothing = Buffer.concat(Array(1000).fill(gzipSync('')));
    const { github } = await archiveServer(t, (_, response) => {
      const more = () => {
        while (response.write(nothing));
      };
      response.on('drain', more);
      more();
    });
    const limits = { bytes: 2 ** 20, entries: 9 };
    await fails({ github, folder: await temporaryFolder(t), limits }, 'source-too-large');
  });

  it('when it unpacks to more than allowed, long before it has', async (t) => {
    const bomb = await tarGzOf([
      { name: 'top/', type: 'directory' },
      { name: 'top/zeros', content: Buffer.alloc(2 ** 26) },
    ]);
    assert(bomb.length < 2 ** 17);
    const { github } = await archiveServer(t, whole(bomb));
    await fails(
      { github, folder: await temporaryFolder(t), limits: { bytes: 2 ** 20, entries: 9 } },
      'source-too-large',
    );
  });

  it('when it is the archive of another commit', async (t) => {
    const { archive, commit } = await gitArchive(await temporaryFolder(t), { a: '1' });
    const { github } = await archiveServer(t, whole(archive));
    assert.notEqual(commit, 'b'.repeat(40));
    await fails({ github, folder: await temporaryFolder(t), commit: 'b'.repeat(40) }, 'github-refused', {
      fault: 'ours',
    });
  });

  for (const [status, code, transient] of [
    [404, 'source-gone', false],
    [401, 'github-refused', false],
    [403, 'github-refused', false],
    [422, 'github-refused', false],
    [429, 'github-unavailable', true],
    [500, 'github-unavailable', true],
    [502, 'github-unavailable', true],
  ] as const) {
    it(`when GitHub answers ${status}`, async (t) => {
      const api = await serve(t, (_, response) => response.writeHead(status).end('{"message":"No"}'));
      await fails({ github: octokitFor(api), folder: await temporaryFolder(t) }, code, { transient });
    });
  }

  it('when nobody answers', async (t) => {
    await fails({ github: octokitFor('http://127.0.0.1:1'), folder: await temporaryFolder(t) }, 'github-unavailable', {
      transient: true,
    });
  });

  it('when it cannot be written, naming no secret', async (t) => {
    const { archive } = await gitArchive(await temporaryFolder(t), { a: '1' });
    const { github } = await archiveServer(t, whole(archive));
    const folder = path.join(await temporaryFolder(t), 'missing');
    await assert.rejects(
      fetchInto({ github, folder }),
      (error) => error instanceof SlipwayError && error.fault === 'ours',
    );
  });
});

describe('a fetch can be stopped', () => {
  async function stopsWhen(
    t: TestContext,
    handler: (response: ServerResponse) => void,
    ready: (folder: string) => Promise<unknown>,
    reason?: unknown,
  ) {
    const stop = new AbortController();
    const closed = Promise.withResolvers<void>();
    const { github } = await archiveServer(t, (_, response) => {
      response.once('close', () => closed.resolve());
      handler(response);
    });
    const folder = await temporaryFolder(t);
    const fetching = fails({ github, folder, signal: stop.signal }, 'cancelled');
    await ready(folder);
    stop.abort(reason);
    await fetching;
    return closed.promise;
  }

  it('before it begins', async (t) => {
    const github = octokitFor('http://127.0.0.1:1');
    await fails({ github, folder: await temporaryFolder(t), signal: AbortSignal.abort() }, 'cancelled');
  });

  it('while GitHub does not answer', async (t) => {
    const asked = Promise.withResolvers<void>();
    const closed = stopsWhen(
      t,
      () => asked.resolve(),
      () => asked.promise,
    );
    await closed;
  });

  it('with a reason of one’s own, without a second try', async (t) => {
    const asked = Promise.withResolvers<void>();
    await stopsWhen(
      t,
      () => asked.resolve(),
      () => asked.promise,
      new Error('the build took too long'),
    );
  });

  it('while the archive arrives', async (t) => {
    const { archive } = await gitArchive(await temporaryFolder(t), { a: 'x'.repeat(10_000) });
    await stopsWhen(
      t,
      (response) => response.write(archive.subarray(0, 200)),
      (folder) => until('the file', async () => (await readdir(folder)).length > 0),
    );
  });

  it('while the archive is written faster than it is sent', async (t) => {
    const stop = new AbortController();
    const archive = await tarGzOf([
      { name: 'top/', type: 'directory' },
      { name: 'top/zeros', content: Buffer.alloc(2 ** 25) },
    ]);
    const { github } = await archiveServer(t, async (_, response) => {
      response.write(archive.subarray(0, -20));
      await once(stop.signal, 'abort');
    });
    const folder = await temporaryFolder(t);
    const fetching = fails({ github, folder, signal: stop.signal }, 'cancelled');
    await until('the file', async () => (await readdir(folder)).length > 0);
    stop.abort();
    await fetching;
  });
});
