import { posix } from 'node:path';
import { SlipwayError } from '../errors.ts';
import { pathAndFolders } from './path-and-folders.ts';
import type { Source } from './source.ts';

/** Parts of a path; the cost grows with their square. */
const mostParts = 64;
/** Attribute files of one source: each that is not held in memory is a pass over the archive. */
const mostAttributes = 32;

/** `leadsAway`: it is a link, or its attributes have git fill in what is in it. */
type FolderKind = 'plain' | 'missing' | 'leadsAway';

/**
 * Makes the question whether what an archive has at a path hangs on nothing but that path: no link is on the way, and no
 * attribute has git fill the commit in (`export-subst`, gitattributes(5)). An attribute file that is left out of the
 * archive itself (`export-ignore`) is not seen. What is known of a folder serves all paths of the source; what would cost
 * too much to know, or is no plain path (`a/../b`), is not plain.
 */
export function plainness(source: Pick<Source, 'kind' | 'read'>): (path: string) => Promise<boolean> {
  const known = new Map<string, Promise<FolderKind>>();
  let attributesRead = 0;

  async function fillsIn(folder: string): Promise<boolean> {
    const attributes = posix.join(folder, '.gitattributes');
    const kind = await source.kind(attributes);
    if (kind === undefined || kind === 'folder') return false;
    attributesRead += 1;
    if (attributesRead > mostAttributes) return true;
    try {
      return (await source.read(attributes))?.includes('export-subst') === true;
    } catch (error) {
      if (!(error instanceof SlipwayError)) throw error;
      return true;
    }
  }

  async function look(folder: string): Promise<FolderKind> {
    const kind = folder === '.' ? 'folder' : await source.kind(folder);
    if (kind === 'folder') return (await fillsIn(folder)) ? 'leadsAway' : 'plain';
    return kind === 'link' ? 'leadsAway' : 'missing';
  }

  function lookOnce(folder: string): Promise<FolderKind> {
    const found = known.get(folder) ?? look(folder);
    known.set(folder, found);
    return found;
  }

  return async (path) => {
    if (path.split('/').length > mostParts || posix.normalize(path) !== path) return false;
    const [, ...folders] = pathAndFolders(path);
    for (const folder of ['.', ...folders.reverse()]) {
      const kind = await lookOnce(folder);
      if (kind !== 'plain') return kind === 'missing';
    }
    return (await source.kind(path)) !== 'link';
  };
}
