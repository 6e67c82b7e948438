import path from 'node:path';
import { compileGlob } from './compile-glob.ts';
import type { Configuration } from './configuration.ts';

type Watcher = Pick<Configuration['services'][number], 'path' | 'watch'>;

/** A service's `watch`: globs below its folder, or below the repository's root where they begin with `/`. */
export type WatchedFiles = {
  /** From the repository's root; those that are taken out again begin with `!`. */
  readonly globs: readonly string[];
  /** Whether one of these files (from the repository's root) is watched. */
  touchedBy(files: readonly string[]): boolean;
};

export function watchFiles({ path: folder, watch }: Watcher): WatchedFiles {
  const fromRoot = (glob: string): string => (glob.startsWith('/') ? glob.slice(1) : path.posix.join(folder, glob));
  const out = watch.filter((glob) => glob.startsWith('!')).map((glob) => fromRoot(glob.slice(1)));
  const wanted = watch.filter((glob) => !glob.startsWith('!')).map(fromRoot);
  const isWanted = wanted.map(compileGlob);
  const isOut = out.map(compileGlob);
  return {
    globs: [...wanted, ...out.map((glob) => `!${glob}`)],
    touchedBy: (files) =>
      files.some((file) => isWanted.some((matches) => matches(file)) && !isOut.some((matches) => matches(file))),
  };
}
