import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { openStore } from '../../../src/store/open-store.ts';
import { seeded } from '../../chaos/random.ts';
import { silent } from '../../integration/store/places.ts';
import { startStoreProcess } from '../../integration/store/start-store-process.ts';
import { until } from '../../support/until.ts';

const run = promisify(execFile);
const rounds = 6;

/** A file system in a file. What only waits in memory is not in the file: nothing is written there without being asked to. */
async function mounted(image: string, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await run('mount', ['-o', 'loop,commit=600', image, folder]);
}

/** Why this machine has no such thing; undefined where it has. */
async function missing(): Promise<string | undefined> {
  if (process.getuid?.() !== 0) return 'only root can mount a file system';
  const root = await mkdtemp(path.join(tmpdir(), 'slipway-loop-'));
  try {
    const image = path.join(root, 'image');
    await run('truncate', ['-s', '8M', image]);
    await run('mkfs.ext4', ['-q', image]);
    await mounted(image, path.join(root, 'mounted'));
    await run('umount', [path.join(root, 'mounted')]);
    return undefined;
  } catch (error) {
    return `loop devices do not work here: ${error instanceof Error ? error.message : String(error)}`;
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

test('when the power fails, the embedded store has lost no merge that it acknowledged', async (context) => {
  const reason = await missing();
  if (reason !== undefined) {
    context.skip(`power loss was not tested: ${reason}`);
    return;
  }
  const root = await mkdtemp(path.join(tmpdir(), 'slipway-power-'));
  const [image, live, after] = ['image', 'live', 'after'].map((name) => path.join(root, name)) as [
    string,
    string,
    string,
  ];
  const cut = path.join(root, 'cut');
  const seed = Date.now() % 1_000_000;
  const random = seeded(seed);
  context.diagnostic(`seed ${seed}`);
  await run('truncate', ['-s', '1G', image]);
  await run('mkfs.ext4', ['-q', image]);
  await mounted(image, live);
  const mounts = new Set([live]);
  context.after(async () => {
    for (const folder of mounts) await run('umount', [folder]);
    await rm(root, { recursive: true, force: true });
  });
  let acknowledged = 0;
  for (let round = 0; round < rounds; round += 1) {
    const dataDir = path.join(live, String(round));
    const writer = await startStoreProcess('', dataDir, 100_000);
    try {
      const enough = random.between(5, 150);
      await until('merges are taken in', () => writer.said('merge').length >= enough);
      await pause(random.between(0, 40));
      writer.freeze();
      // What it said before is in the pipe.
      await pause(200);
      await run('cp', ['--sparse=always', image, cut]);
    } finally {
      await writer.kill();
    }
    const said = writer.said('merge');
    await mounted(cut, after);
    mounts.add(after);
    const store = await openStore({
      databaseUrl: undefined,
      dataDir: path.join(after, String(round)),
      logLimit: 1000,
      log: silent,
    });
    try {
      const lost = [];
      for (const id of said) if ((await store.merge(id)) === undefined) lost.push(id);
      assert.deepEqual(lost, [], `${lost.length} of ${said.length} merges are lost`);
      acknowledged += said.length;
    } finally {
      await store.close();
    }
    await run('umount', [after]);
    mounts.delete(after);
  }
  context.diagnostic(`${rounds} cuts, ${acknowledged} merges acknowledged, none lost`);
});
