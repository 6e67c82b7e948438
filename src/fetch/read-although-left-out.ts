import { posix } from 'node:path';
import { pathAndFolders } from './path-and-folders.ts';
import type { Source } from './source.ts';

/**
 * Text of a file that is for Slipway and not for the build: where attributes leave it out of the archive (`export-ignore`,
 * gitattributes(5); `.github` often is), GitHub is asked for it.
 *
 * @param ask reads it from GitHub
 * @throws {SlipwayError} as `source.read` and `ask`
 */
export async function readAlthoughLeftOut(
  source: Pick<Source, 'read'>,
  path: string,
  ask: (path: string) => Promise<string | undefined>,
): Promise<string | undefined> {
  const text = await source.read(path);
  if (text !== undefined) return text;
  for (const part of pathAndFolders(path)) {
    const attributes = await source.read(posix.join(posix.dirname(part), '.gitattributes'));
    if (attributes?.includes('export-ignore')) return await ask(path);
  }
  return undefined;
}
