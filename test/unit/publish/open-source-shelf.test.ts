import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { it, type TestContext } from 'node:test';
import type { GitHub } from '../../../src/github.ts';
import { openSourceShelf } from '../../../src/publish/open-source-shelf.ts';

const limits = { bytes: 2 ** 20, entries: 100 };
const { signal } = new AbortController();

async function shelfWith(t: TestContext, ...names: string[]) {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'slipway-shelf-'));
  t.after(() => rm(dataDir, { recursive: true }));
  const folder = path.join(dataDir, 'sources');
  await mkdir(folder);
  for (const name of names) await writeFile(path.join(folder, name), 'x');
  const shelf = await openSourceShelf({ dataDir, limits });
  return { shelf, files: async () => (await readdir(folder)).sort() };
}

it('keeps the sources of merges that wait for a verdict, and lets everything else go', async (t) => {
  const { shelf, files } = await shelfWith(t, 'waits.tar.gz', 'ended.tar.gz', 'unknown.tar.gz', 'waits.tar.gz.1.part');
  const answers = new Map([
    ['waits', true],
    ['ended', false],
  ]);
  await shelf.tidy(async (mergeId) => answers.get(mergeId));
  assert.deepEqual(await files(), ['waits.tar.gz']);
});

it('leaves alone what is being fetched, whoever waits for it', async (t) => {
  const { shelf, files } = await shelfWith(t, 'arriving.tar.gz.1.part');
  const asked = Promise.withResolvers<GitHub>();
  // It may be refused before anybody has asked for it.
  asked.promise.catch(() => undefined);
  const merge = { id: 'arriving', owner: 'acme', repo: 'orders', mergeCommit: '1'.repeat(40) };
  const fetched = shelf.obtain(merge, () => asked.promise, signal);
  await shelf.tidy(async () => false);
  assert.deepEqual(await files(), ['arriving.tar.gz.1.part']);
  asked.reject(new Error('GitHub is away'));
  await assert.rejects(fetched, /GitHub is away/);
  await shelf.tidy(async () => false);
  assert.deepEqual(await files(), []);
});
