import { copyFile, mkdtemp, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { SlipwayError } from '../errors.ts';
import { packBackup } from './pack-backup.ts';

const prefix = 'backup-';

/** What `slipway backup` keeps of a DATA_DIR beside the store. */
const settingsFile = 'app.env';

/**
 * A backup of a DATA_DIR as a stream: a gzipped tar that is unpacked into an empty one. The store is copied first, in a
 * moment in which nothing is written to it; packing the copy holds nobody up.
 *
 * @throws {SlipwayError} `store-failed`, `unsupported`
 */
export async function backupStore(dataDir: string, copyTo: (target: string) => Promise<void>): Promise<Readable> {
  const folder = await mkdtemp(path.join(dataDir, prefix)).catch((cause: unknown) => {
    throw new SlipwayError('store-failed', `Nothing can be written in ${dataDir}.`, { cause });
  });
  try {
    await copyTo(folder);
    await copyFile(path.join(dataDir, settingsFile), path.join(folder, settingsFile)).catch(unlessMissing);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
  return packBackup(folder);
}

function unlessMissing(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
}

/** Removes the copies of backups in whose middle the server was killed. */
export async function removeLeftBackups(dataDir: string): Promise<void> {
  for (const name of await readdir(dataDir)) {
    if (name.startsWith(prefix)) await rm(path.join(dataDir, name), { recursive: true, force: true });
  }
}
