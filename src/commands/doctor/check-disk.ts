import { dirname } from 'node:path';
import { judgeRoom, type Room, readRoom } from '../../disk.ts';
import { type Check, type Finding, fails, ok, warning } from './check.ts';

/** The folder, or the nearest one above it that is there. */
async function roomOf(folder: string): Promise<Room> {
  try {
    return await readRoom(folder);
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (!missing || dirname(folder) === folder) throw error;
    return await roomOf(dirname(folder));
  }
}

async function judge(folder: string, high: number): Promise<Finding> {
  const room = await roomOf(folder);
  const { free, total } = room;
  const share = Math.floor((100 * free) / total);
  const found = `${(free / 2 ** 30).toFixed(1)} GiB free (${share} %) for ${folder}`;
  const help = '`docker system df` and `du` show what takes the room.';
  const state = judgeRoom(room, high);
  if (state === 'short') return fails(`${found}: no build is taken up`, `Make room: ${help}`);
  return state === 'high'
    ? warning(`${found}, which is less than DISK_HIGH leaves`, `Make room soon: ${help}`)
    : ok(found);
}

/** Room for the store and for sources. */
export const checkDataDisk = (settings: () => { readonly dataDir: string; readonly diskHigh: number }): Check => ({
  name: 'disk of DATA_DIR',
  async run() {
    const { dataDir, diskHigh } = settings();
    return await judge(dataDir, diskHigh);
  },
});

/** Room for images. The engine tells nobody; it can be seen where the engine is on this machine. */
export const checkEngineDisk = (
  folder: (signal: AbortSignal) => Promise<string | undefined>,
  settings: () => { readonly diskHigh: number },
): Check => ({
  name: 'disk of the engine',
  after: 'engine',
  async run(signal) {
    const local = await folder(signal);
    return local === undefined
      ? ok('on another machine, which does not tell how much is free')
      : await judge(local, settings().diskHigh);
  },
});
