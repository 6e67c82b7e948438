import { constants } from 'node:fs';
import { access, cp } from 'node:fs/promises';
import path from 'node:path';
import { SlipwayError } from '../errors.ts';
import { lockFolder } from './lock-folder.ts';

/**
 * The database's folder as it stands, into `target/store/pgdata`. Nothing may write to it meanwhile.
 *
 * @throws {SlipwayError} `store-failed` when a file cannot be read or written
 */
export async function copyDatabase(folder: string, target: string): Promise<void> {
  const to = path.join(target, 'store', 'pgdata');
  try {
    // A file system that can share blocks does so: then it takes neither time nor space.
    await cp(path.join(folder, 'pgdata'), to, { recursive: true, mode: constants.COPYFILE_FICLONE });
  } catch (cause) {
    throw new SlipwayError('store-failed', `The embedded store in ${folder} could not be copied to ${target}.`, {
      help: 'The disk needs room for a second copy of it while a backup is made.',
      cause,
    });
  }
}

/**
 * That a folder is the DATA_DIR of a server with the embedded store.
 *
 * @throws {SlipwayError} `store-failed`
 */
export async function expectEmbedded(dataDir: string): Promise<void> {
  const folder = path.join(dataDir, 'store');
  try {
    await access(path.join(folder, 'pgdata', 'PG_VERSION'));
  } catch (cause) {
    throw new SlipwayError('store-failed', `Expected the embedded store of a server in ${folder}, found none.`, {
      help: 'Set DATA_DIR as the server has it.',
      cause,
    });
  }
}

/**
 * Copies the embedded store of a server that does not run.
 *
 * @throws {SlipwayError} `store-failed` when there is none, or a server has it
 */
export async function copyStore(dataDir: string, target: string): Promise<void> {
  await expectEmbedded(dataDir);
  const folder = path.join(dataDir, 'store');
  const unlock = await lockFolder(folder);
  try {
    await copyDatabase(folder, target);
  } finally {
    unlock();
  }
}
