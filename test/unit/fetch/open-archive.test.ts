import assert from 'node:assert/strict';
import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { SlipwayError } from '../../../src/errors.ts';
import { openArchive } from '../../../src/fetch/open-archive.ts';
import { gitArchive, tarGzOf, temporaryFolder } from '../../support/source-archives.ts';

const limits = { bytes: 2 ** 20, entries: 100 };
const { signal } = new AbortController();

async function kept(t: TestContext, archive: Buffer): Promise<{ file: string; folder: string }> {
  const folder = await temporaryFolder(t);
  const file = path.join(folder, 'source.tar.gz');
  await writeFile(file, archive);
  return { file, folder };
}

const failsWith = (code: string) => (error: unknown) => {
  assert(error instanceof SlipwayError, String(error));
  assert.equal(error.code, code, error.message);
  return true;
};

describe('a kept archive is opened after a restart', () => {
  it('and says again what it said', async (t) => {
    const { archive, commit } = await gitArchive(await temporaryFolder(t), { 'package.json': '{}', a: '1' });
    const source = await openArchive({ ...(await kept(t, archive)), limits, signal });
    assert.equal(source.commit, commit);
    assert.equal(await source.read('package.json'), '{}');
    assert.deepEqual(source.notes, []);
  });

  it('with files that arrive in several chunks, and many small ones', async (t) => {
    const text = (name: string, length: number) => `${name} `.repeat(length).slice(0, length);
    const sizes = Object.entries({ Dockerfile: 500_000, 'a/package.json': 300_000, 'src/other': 400_000 });
    const small = Array.from({ length: 500 }, (_, at) => [`${at}/Dockerfile`, at * 7] as const);
    const files = [...small.slice(0, 250), ...sizes, ...small.slice(250)];
    const { archive } = await gitArchive(
      await temporaryFolder(t),
      Object.fromEntries(files.map(([name, size]) => [name, text(name, size)])),
    );
    const source = await openArchive({
      ...(await kept(t, archive)),
      limits: { bytes: 2 ** 24, entries: 5000 },
      signal,
    });
    for (const [name, size] of files) assert.equal(await source.read(name), text(name, size), name);
  });

  it('and removed when it is damaged, so that it is fetched again', async (t) => {
    const { archive } = await gitArchive(await temporaryFolder(t), { a: 'x'.repeat(1000) });
    const flipped = Buffer.from(archive).fill(0xff, 60, 80);
    for (const damaged of [archive.subarray(0, 50), archive.subarray(0, -1), Buffer.alloc(0), flipped]) {
      const { file, folder } = await kept(t, damaged);
      await assert.rejects(openArchive({ file, limits, signal }), (error) => {
        assert(failsWith('source-truncated')(error));
        return error instanceof SlipwayError && error.transient;
      });
      assert.deepEqual(await readdir(folder), []);
    }
  });

  it('and stays when it is refused for what it holds', async (t) => {
    const { file, folder } = await kept(t, await tarGzOf([{ name: '../x' }]));
    await assert.rejects(openArchive({ file, limits, signal }), failsWith('source-hostile'));
    assert.deepEqual(await readdir(folder), ['source.tar.gz']);
  });

  it('within the limits', async (t) => {
    const { file } = await kept(
      t,
      await tarGzOf([
        { name: 'top/', type: 'directory' },
        { name: 'top/a', content: Buffer.alloc(2000) },
      ]),
    );
    await assert.rejects(
      openArchive({ file, limits: { bytes: 10, entries: 9 }, signal }),
      failsWith('source-too-large'),
    );
    await assert.rejects(
      openArchive({ file, limits: { bytes: 2000, entries: 9 }, signal }),
      failsWith('source-too-large'),
    );
    await openArchive({ file, limits: { bytes: 4096, entries: 1 }, signal });
  });

  it('until it is stopped', async (t) => {
    const { file, folder } = await kept(t, await tarGzOf([{ name: 'top/', type: 'directory' }]));
    await assert.rejects(openArchive({ file, limits, signal: AbortSignal.abort() }), failsWith('cancelled'));
    assert.deepEqual(await readdir(folder), ['source.tar.gz']);
    const stop = new AbortController();
    const large = await kept(
      t,
      await tarGzOf([
        { name: 'top/', type: 'directory' },
        { name: 'top/a', content: Buffer.alloc(2 ** 25) },
      ]),
    );
    const opening = openArchive({ file: large.file, limits: { bytes: 2 ** 30, entries: 9 }, signal: stop.signal });
    setImmediate(() => stop.abort());
    await assert.rejects(opening, failsWith('cancelled'));
  });
});
