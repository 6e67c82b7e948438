import { lstat, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { SlipwayError } from '../errors.ts';
import type { Entry, Tree } from './entry.ts';
import { forPeople } from './for-people.ts';
import { resolvePath } from './resolve-path.ts';
import { unreadable } from './unreadable.ts';

/** Looked at together: a disk answers several questions faster than one after another. */
const together = 64;

/**
 * Entries of one folder, sorted by name, without sockets, as the docker client does.
 *
 * @param folder relative to the root; empty for the root itself
 * @param mayBeClosed a folder that is left out, and only searched, may refuse to be read
 * @throws {SlipwayError} `source-truncated` when it cannot be read, `source-hostile` where a name is not UTF-8
 */
export async function* folderEntries(
  root: string,
  folder: string,
  look: Tree['look'],
  mayBeClosed: boolean,
): AsyncGenerator<Entry> {
  const names = await readdir(join(root, folder)).catch((cause: unknown) => {
    if (mayBeClosed && cause instanceof Error && 'code' in cause && cause.code === 'EACCES') return [];
    throw unreadable(folder === '' ? '.' : folder, cause);
  });
  names.sort();
  for (let from = 0; from < names.length; from += together) {
    const paths = names.slice(from, from + together).map((name) => (folder === '' ? name : `${folder}/${name}`));
    const entries = await Promise.all(paths.map((path) => entryAt(root, path, look)));
    yield* entries.filter((entry) => entry !== undefined);
  }
}

async function entryAt(root: string, path: string, look: Tree['look']): Promise<Entry | undefined> {
  try {
    const stats = await lstat(join(root, path));
    if (stats.isSocket()) return undefined;
    const kind = stats.isFile() ? 'file' : stats.isDirectory() ? 'folder' : stats.isSymbolicLink() ? 'link' : 'other';
    const isLink = kind === 'link';
    return {
      path,
      kind,
      executable: kind === 'file' && (stats.mode & 0o100) !== 0,
      size: kind === 'file' ? stats.size : 0,
      mtime: Math.floor(stats.mtimeMs / 1000),
      target: isLink ? await readlink(join(root, path)) : '',
      leadsOut: isLink && (await resolvePath(look, path, { followLast: true })).kind === 'outside',
    };
  } catch (error) {
    if (path.includes('\uFFFD')) {
      throw new SlipwayError('source-hostile', `The folder holds a name that is not UTF-8: ${forPeople(path)}.`, {
        help: 'Name it otherwise: an engine takes UTF-8 only.',
        cause: error,
      });
    }
    // Gone since the folder was listed.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw unreadable(path, error);
  }
}
