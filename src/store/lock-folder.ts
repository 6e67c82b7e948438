import path from 'node:path';
import { SlipwayError } from '../errors.ts';

/** SQLite result code `SQLITE_BUSY`. */
const busy = 5;

/**
 * Takes a folder for this process alone: two embedded databases on one folder destroy each other's rows, and do not
 * notice. The lock is the kernel's, held through SQLite, and gone at once when the process is.
 *
 * @returns lets the folder go
 * @throws {SlipwayError} `store-failed` when another process has it, `bad-settings` when it cannot be written
 */
export async function lockFolder(folder: string): Promise<() => void> {
  const { DatabaseSync } = await import('node:sqlite');
  try {
    const lock = new DatabaseSync(path.join(folder, 'lock.db'));
    try {
      lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    } catch (error) {
      lock.close();
      throw error;
    }
    return () => lock.close();
  } catch (cause) {
    if (cause instanceof Error && 'errcode' in cause && cause.errcode === busy) {
      throw new SlipwayError('store-failed', `The folder ${folder} is used by another Slipway.`, {
        help: 'Stop the other one, give this one a DATA_DIR of its own, or let both use one PostgreSQL (DATABASE_URL).',
        cause,
      });
    }
    throw new SlipwayError('bad-settings', `DATA_DIR: expected a folder that can be written, found ${folder}.`, {
      cause,
    });
  }
}
