import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { truncate, utimes, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { SlipwayError } from '../../../src/errors.ts';
import { openFolder } from '../../../src/fetch/open-folder.ts';
import type { Source } from '../../../src/fetch/source.ts';
import { type Files, readTarStream, temporaryFolder, writeFiles } from '../../support/source-archives.ts';

const limits = { bytes: 2 ** 24, entries: 20 };
const options = { path: '.', dockerfile: 'Dockerfile', signal: new AbortController().signal };

async function folderOf(t: TestContext, files: Files): Promise<string> {
  const dir = await temporaryFolder(t);
  await writeFiles(dir, { Dockerfile: '', ...files });
  return dir;
}

const names = async (source: Source) => [...(await readTarStream(source.context(options))).keys()];

const failsWith = (code: string, message: RegExp) => (error: unknown) => {
  assert(error instanceof SlipwayError, String(error));
  assert.equal(error.code, code, error.message);
  assert.match(error.message, message);
  return true;
};

describe('a folder on disk', () => {
  it('sends empty folders, and its entries sorted', async (t) => {
    const dir = await folderOf(t, { 'b/c': { folder: true }, a: '' });
    assert.deepEqual(await names(await openFolder({ dir, limits })), ['Dockerfile', 'a', 'b', 'b/c']);
  });

  it('sends small and large files in the order of their names', async (t) => {
    const sizes = Array.from(
      { length: 15 },
      (_, at) => [`f${(at * 7) % 15}`.padStart(4, 'f'), at % 3 === 0 ? 70_000 : at] as const,
    );
    const dir = await folderOf(t, Object.fromEntries(sizes.map(([name, size]) => [name, Buffer.alloc(size, name)])));
    const entries = await readTarStream((await openFolder({ dir, limits })).context(options));
    assert.deepEqual([...entries.keys()], ['Dockerfile', ...sizes.map(([name]) => name).sort()]);
    for (const [name, size] of sizes) assert.deepEqual(entries.get(name)?.content, Buffer.alloc(size, name), name);
  });

  it('keeps the times of its files', async (t) => {
    const dir = await folderOf(t, { a: '' });
    await utimes(path.join(dir, 'a'), 1_234_567_890.5, 1_234_567_890.5);
    const entries = await readTarStream((await openFolder({ dir, limits })).context(options));
    assert.equal(entries.get('a')?.header.mtime?.getTime(), 1_234_567_890_000);
  });

  it('sends .git as docker does, and says so', async (t) => {
    const dir = await folderOf(t, { '.git/config': '' });
    const source = await openFolder({ dir, limits });
    assert((await names(source)).includes('.git/config'));
    assert.match(source.notes[0] ?? '', /the folder `\.git`/);
    await writeFiles(dir, { '.dockerignore': '.git' });
    const without = await openFolder({ dir, limits });
    assert.deepEqual(await names(without), ['.dockerignore', 'Dockerfile']);
    assert.deepEqual(without.notes, []);
  });

  it('does not even look into a folder that the ignore file names', async (t) => {
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`node_modules/${at}`, '']));
    const dir = await folderOf(t, { ...many, '.dockerignore': 'node_modules' });
    assert.deepEqual(await names(await openFolder({ dir, limits })), ['.dockerignore', 'Dockerfile']);
  });

  it('is refused with more entries or bytes than allowed', async (t) => {
    const dir = await folderOf(t, { ...Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`${at}`, 'x'])) });
    await assert.rejects(names(await openFolder({ dir, limits })), failsWith('source-too-large', /at most 20 files/));
    const tight = { bytes: 29, entries: 100 };
    await assert.rejects(
      names(await openFolder({ dir, limits: tight })),
      failsWith('source-too-large', /at most 29 bytes/),
    );
    assert.equal((await names(await openFolder({ dir, limits: { bytes: 30, entries: 31 } }))).length, 31);
  });

  it('leaves sockets out, and refuses named pipes that are not ignored', async (t) => {
    const dir = await folderOf(t, {});
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(path.join(dir, 'socket'), resolve));
    t.after(() => server.close());
    assert.deepEqual(await names(await openFolder({ dir, limits })), ['Dockerfile']);
    execFileSync('sh', ['-c', 'mkfifo "$0"', path.join(dir, 'pipe')]);
    const source = await openFolder({ dir, limits });
    assert.equal(await source.kind('pipe'), undefined);
    await assert.rejects(names(source), failsWith('source-hostile', /`pipe` is a device or a named pipe/));
    await writeFiles(dir, { '.dockerignore': 'pipe' });
    assert.deepEqual(await names(source), ['.dockerignore', 'Dockerfile']);
  });

  it('is refused with a name that is not UTF-8, which no engine takes', async (t) => {
    const dir = await folderOf(t, {});
    await writeFile(Buffer.concat([Buffer.from(`${dir}/caf`), Buffer.from([0xe9])]), '');
    await assert.rejects(openFolder({ dir, limits }).then(names), failsWith('source-hostile', /not UTF-8/));
  });

  it('says which file became shorter while it was read', async (t) => {
    const dir = await folderOf(t, { a: Buffer.alloc(2 ** 23) });
    const stream = (await openFolder({ dir, limits })).context(options);
    await assert.rejects(
      async () => {
        for await (const _ of stream) await truncate(path.join(dir, 'a'), 2 ** 18);
      },
      failsWith('source-truncated', /`a` became shorter/),
    );
  });

  it('notes empty submodules and LFS pointers', async (t) => {
    const dir = await folderOf(t, {
      '.gitmodules': '[submodule "a"]\n\tpath = a\n[submodule "b"]\n\tpath = b\n[submodule "c"]\n\tpath = c\n',
      a: { folder: true },
      'b/x': '',
      'big.bin': 'version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 1\n',
    });
    const source = await openFolder({ dir, limits });
    await source.contextDigest(options);
    assert.equal(source.notes.length, 2);
    assert.match(source.notes[0] ?? '', /`a`, `c` without content/);
    assert.match(source.notes[1] ?? '', /1 file is a Git LFS pointer.*`big\.bin`/);
  });

  it('is refused when it is none', async (t) => {
    const dir = await folderOf(t, {});
    await assert.rejects(openFolder({ dir: path.join(dir, 'x'), limits }), failsWith('bad-usage', /found none/));
    await assert.rejects(
      openFolder({ dir: path.join(dir, 'Dockerfile'), limits }),
      failsWith('bad-usage', /found a file/),
    );
  });
});
