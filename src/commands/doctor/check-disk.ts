import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Check, type Finding, fails, ok, warning } from './check.ts';

/** Bytes with which no build of any size comes to its end. */
const least = 2 ** 30;
/** Share of the disk below which `/readyz` calls it degraded. */
const low = 0.05;

/** The folder, or the nearest one above it that is there. */
async function freeOf(folder: string): Promise<{ free: number; total: number }> {
  try {
    const { bavail, blocks, bsize } = await statfs(folder);
    return { free: bavail * bsize, total: blocks * bsize };
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (!missing || dirname(folder) === folder) throw error;
    return await freeOf(dirname(folder));
  }
}

async function judge(folder: string): Promise<Finding> {
  const { free, total } = await freeOf(folder);
  const share = Math.floor((100 * free) / total);
  const found = `${(free / 2 ** 30).toFixed(1)} GiB free (${share} %) for ${folder}`;
  const help = '`docker system df` and `du` show what takes the room.';
  if (free < least) return fails(found, `Make room: ${help}`);
  return free < low * total ? warning(found, `Make room soon: ${help}`) : ok(found);
}

/** Room for the store and for sources. */
export const checkDataDisk = (dataDir: () => string): Check => ({
  name: 'disk of DATA_DIR',
  run: () => judge(dataDir()),
});

/** Room for images. The engine tells nobody; it can be seen where the engine is on this machine. */
export const checkEngineDisk = (folder: (signal: AbortSignal) => Promise<string | undefined>): Check => ({
  name: 'disk of the engine',
  after: 'engine',
  async run(signal) {
    const local = await folder(signal);
    return local === undefined ? ok('on another machine, which does not tell how much is free') : await judge(local);
  },
});
