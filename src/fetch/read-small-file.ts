import { SlipwayError } from '../errors.ts';
import type { Tree } from './entry.ts';
import { forPeople } from './for-people.ts';
import { resolvePath } from './resolve-path.ts';

/** Bytes of a file that is read as text. */
export const smallFileLimit = 2 ** 20;

/**
 * Text (UTF-8) of a file, links within the tree followed; undefined where there is none or it is no regular file.
 *
 * @throws {SlipwayError} `source-hostile` for a link that leads out of the tree, `source-too-large` above 1 MiB
 */
export async function readSmallFile(tree: Pick<Tree, 'look' | 'bytes'>, path: string): Promise<string | undefined> {
  const resolved = await resolvePath(tree.look, path, { followLast: true });
  if (resolved.kind === 'outside' && resolved.link !== undefined) {
    throw new SlipwayError(
      'source-hostile',
      `${forPeople(resolved.link)} is a link that leads out of the repository.`,
      {
        help: 'Put a file in its place, or a link to a file of the repository.',
      },
    );
  }
  if (resolved.kind !== 'found' || resolved.found.kind !== 'file') return undefined;
  return (await tree.bytes(resolved.path, smallFileLimit))?.toString('utf8');
}
