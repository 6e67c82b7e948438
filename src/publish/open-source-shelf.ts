import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { SlipwayError } from '../errors.ts';
import { fetchSource } from '../fetch/fetch-source.ts';
import { openArchive } from '../fetch/open-archive.ts';
import type { Source, SourceLimits } from '../fetch/source.ts';
import type { GitHub } from '../github.ts';
import type { Merge } from '../terms.ts';

/** The sources of merges whose builds have no verdict yet, each in one file; several builds of a merge share it. */
export type SourceShelf = {
  /** The source of a merge: from the shelf, or fetched from GitHub. */
  obtain(merge: Sourced, github: () => Promise<GitHub>, signal: AbortSignal): Promise<Source>;
  /** The merge has its verdicts: its source is let go. */
  release(mergeId: string): Promise<void>;
  /**
   * Lets go of everything that nobody waits for: what a crash left behind, what was fetched for a build that another worker
   * has run.
   *
   * @param wanted of a merge; undefined where there is none of this id, then what is in use here stays
   */
  tidy(wanted: (mergeId: string) => Promise<boolean | undefined>): Promise<void>;
};

/** Where a source comes from. */
type Sourced = Pick<Merge, 'id' | 'owner' | 'repo' | 'mergeCommit'>;

const ending = '.tar.gz';

export async function openSourceShelf(options: { dataDir: string; limits: SourceLimits }): Promise<SourceShelf> {
  const folder = path.join(options.dataDir, 'sources');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const shelf = new Map<string, Promise<Source>>();
  const fetching = new Set<string>();
  const fileOf = (mergeId: string) => path.join(folder, mergeId + ending);

  async function load(merge: Sourced, github: () => Promise<GitHub>, signal: AbortSignal): Promise<Source> {
    const file = fileOf(merge.id);
    const { limits } = options;
    if (await exists(file)) return await openArchive({ file, limits, signal });
    const { owner, repo, mergeCommit: commit } = merge;
    return await fetchSource({ github: await github(), owner, repo, commit, file, limits, signal });
  }

  async function obtain(merge: Sourced, github: () => Promise<GitHub>, signal: AbortSignal): Promise<Source> {
    const running = shelf.get(merge.id);
    if (running === undefined) {
      const started = load(merge, github, signal);
      shelf.set(merge.id, started);
      fetching.add(merge.id);
      try {
        return await started;
      } catch (error) {
        shelf.delete(merge.id);
        throw error;
      } finally {
        fetching.delete(merge.id);
      }
    }
    try {
      return await running;
    } catch (error) {
      // Another build of this merge was cancelled while it fetched for both: that is no reason to stop this one.
      const stoppedForOther = error instanceof SlipwayError && error.code === 'cancelled' && !signal.aborted;
      if (!stoppedForOther) throw error;
      shelf.delete(merge.id);
      return await obtain(merge, github, signal);
    }
  }

  async function release(mergeId: string): Promise<void> {
    shelf.delete(mergeId);
    await rm(fileOf(mergeId), { force: true });
  }

  return {
    obtain,
    release,
    async tidy(wanted) {
      for (const name of await readdir(folder)) {
        const [mergeId = ''] = name.split('.');
        if (fetching.has(mergeId)) continue;
        if (name !== mergeId + ending) await rm(path.join(folder, name), { recursive: true, force: true });
        else if (!((await wanted(mergeId)) ?? shelf.has(mergeId))) await release(mergeId);
      }
    },
  };
}

async function exists(file: string): Promise<boolean> {
  try {
    await stat(file);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw error;
  }
}
