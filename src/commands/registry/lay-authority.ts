import { mkdir, readFile, rm, rmdir } from 'node:fs/promises';
import path from 'node:path';
import { SlipwayError } from '../../errors.ts';
import { readIfThere } from './read-if-there.ts';
import { writePrivate } from './write-private.ts';

const name = 'ca.crt';

async function changing<T>(folder: string, change: () => Promise<T>): Promise<T> {
  try {
    return await change();
  } catch (cause) {
    throw new SlipwayError('bad-settings', `Nothing can be changed in ${folder}.`, {
      help: 'Run the command as root: what engines trust is decided there.',
      cause,
    });
  }
}

/** Puts an authority where the engine looks. @returns the file, and whether it is another one than before */
export async function layAuthority(source: string, folder: string): Promise<{ file: string; changed: boolean }> {
  const file = path.join(folder, name);
  const text = await readFile(source, 'utf8');
  if ((await readIfThere(file)) === text) return { file, changed: false };
  await changing(folder, async () => {
    await mkdir(folder, { recursive: true });
    await writePrivate(file, text, 0o644);
  });
  return { file, changed: true };
}

/** Takes it back, and its folder where nothing else is in it. @returns whether it was there */
export async function takeAuthority(folder: string): Promise<boolean> {
  const file = path.join(folder, name);
  if ((await readIfThere(file)) === undefined) return false;
  await changing(folder, () => rm(file));
  await rmdir(folder).catch(unlessInUse);
  return true;
}

function unlessInUse(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 'ENOTEMPTY')) throw error;
}
