import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { it } from 'node:test';
import { promisify } from 'node:util';
import { createLog } from '../../../src/log.ts';

const run = promisify(execFile);
const root = path.join(import.meta.dirname, '../../..');

it('what is compiled runs without the sources: the command, the store, and the package as a Probot application', async () => {
  const local = path.join(root, '.local');
  await mkdir(local, { recursive: true });
  // Inside the repository, where its imports find the dependencies.
  const dist = await mkdtemp(path.join(local, 'dist-'));
  try {
    const tsc = path.join(root, 'node_modules/typescript/bin/tsc');
    await run(process.execPath, [tsc, '-p', 'tsconfig.build.json', '--outDir', dist], { cwd: root });
    const { stdout } = await run(process.execPath, [path.join(dist, 'main.js'), '--help']);
    assert.match(stdout, /^slipway serve/);
    const exported = await import(path.join(dist, 'index.js'));
    assert.equal(typeof exported.default, 'function');
    assert.equal(typeof exported.publishArtifact, 'function');
    // The thread of the embedded database is started by its file's name, which no compiler looks at.
    const { openEmbedded } = await import(path.join(dist, 'store/embedded.js'));
    const database = await openEmbedded(path.join(dist, 'store-of-test'), createLog('silent'));
    assert.deepEqual(await database.query('select 1 as one'), [{ one: 1 }]);
    await database.close();
  } finally {
    await rm(dist, { recursive: true });
  }
});
