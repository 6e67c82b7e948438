import { contextDigest } from './context-digest.ts';
import { contextTar } from './context-tar.ts';
import type { Tree } from './entry.ts';
import { readSmallFile } from './read-small-file.ts';
import { resolvePath } from './resolve-path.ts';
import { smallContext } from './small-context.ts';
import type { Source } from './source.ts';

/** A tree as the rest of Slipway sees it. */
export function createSource(tree: Tree, notes: readonly string[] = []): Source {
  return {
    commit: tree.commit,
    get notes() {
      return [...notes, ...tree.notes];
    },
    read: (path) => readSmallFile(tree, path),
    async kind(path) {
      const resolved = await resolvePath(tree.look, path, { followLast: false });
      if (resolved.kind !== 'found' || resolved.found.kind === 'other') return undefined;
      return resolved.found.kind;
    },
    context: (options) => contextTar(tree, options),
    smallContext: (options) => smallContext(tree, options),
    contextDigest: (options) => contextDigest(tree, options),
  };
}
