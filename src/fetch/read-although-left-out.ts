import { posix } from 'node:path';
import { SlipwayError } from '../errors.ts';
import { pathAndFolders } from './path-and-folders.ts';
import type { Source } from './source.ts';

/**
 * Text of a file that is for Slipway and not for the build: where attributes leave it out of the archive (`export-ignore`,
 * gitattributes(5); `.github` often is), GitHub is asked for it.
 *
 * @param ask reads it from GitHub
 * @throws {SlipwayError} as `source.read` of the file, and `ask`
 */
export async function readAlthoughLeftOut(
  source: Pick<Source, 'read'>,
  path: string,
  ask: (path: string) => Promise<string | undefined>,
): Promise<string | undefined> {
  const text = await source.read(path);
  if (text !== undefined) return text;
  for (const part of pathAndFolders(path)) {
    if (await mayLeaveOut(source, posix.dirname(part))) return await ask(path);
  }
  return undefined;
}

/** Whether a folder's attributes leave files out of archives; true as well where they cannot be read. */
async function mayLeaveOut(source: Pick<Source, 'read'>, folder: string): Promise<boolean> {
  try {
    return (await source.read(posix.join(folder, '.gitattributes')))?.includes('export-ignore') === true;
  } catch (error) {
    if (!(error instanceof SlipwayError) || error.code === 'cancelled') throw error;
    return true;
  }
}
