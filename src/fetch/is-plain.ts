import { posix } from 'node:path';
import { SlipwayError } from '../errors.ts';
import { pathAndFolders } from './path-and-folders.ts';
import type { Source } from './source.ts';

/**
 * Whether what an archive has at a path hangs on nothing but that path: no link is on the way, and no attribute has
 * git fill the commit in (`export-subst`, gitattributes(5)).
 */
export async function isPlain(source: Pick<Source, 'kind' | 'read'>, path: string): Promise<boolean> {
  for (const part of pathAndFolders(path)) {
    if ((await source.kind(part)) === 'link' || (await fillsIn(source, posix.dirname(part)))) return false;
  }
  return true;
}

async function fillsIn(source: Pick<Source, 'kind' | 'read'>, folder: string): Promise<boolean> {
  const attributes = posix.join(folder, '.gitattributes');
  const kind = await source.kind(attributes);
  if (kind === undefined || kind === 'folder') return false;
  try {
    return (await source.read(attributes))?.includes('export-subst') === true;
  } catch (error) {
    if (!(error instanceof SlipwayError)) throw error;
    return true;
  }
}
