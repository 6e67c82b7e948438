import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { SlipwayError } from '../errors.ts';
import { createSource } from './create-source.ts';
import { folderTree } from './folder-tree.ts';
import { submoduleNote, submodulePaths } from './notes.ts';
import { readSmallFile } from './read-small-file.ts';
import type { Source, SourceLimits } from './source.ts';

/**
 * A folder on disk as a source. As with `docker build`, everything in it is sent that `.dockerignore` does not name,
 * `.git` too. Files keep their times; modes become those of a clone, as for a merge. The limits hold for what is sent.
 *
 * @throws {SlipwayError} `bad-usage` when there is no such folder
 */
export async function openFolder(options: { dir: string; limits: SourceLimits }): Promise<Source> {
  const root = resolve(options.dir);
  const stats = await stat(root).catch(() => undefined);
  if (stats?.isDirectory() !== true) {
    throw new SlipwayError(
      'bad-usage',
      `Expected a folder at ${root}, found ${stats === undefined ? 'none' : 'a file'}.`,
    );
  }
  const tree = folderTree(root, options.limits);
  const submodules = submodulePaths((await readSmallFile(tree, '.gitmodules')) ?? '');
  const empty: string[] = [];
  for (const path of submodules) {
    const names = await readdir(join(root, path)).catch(() => []);
    if (names.length === 0) empty.push(path);
  }
  return createSource(tree, submoduleNote(empty));
}
