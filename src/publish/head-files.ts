import { randomUUID } from 'node:crypto';
import { SlipwayError } from '../errors.ts';
import { readWithTag } from '../fetch/read-with-tag.ts';
import type { Source } from '../fetch/source.ts';
import type { GitHub } from '../github.ts';
import type { PullRequest } from '../terms.ts';
import type { Pipeline } from './pipeline.ts';

/** Files of a pull request's head, and of the branch that it is for. */
export type PullFiles = {
  /** Text at the head; undefined where there is none. */
  head(path: string): Promise<string | undefined>;
  /** Text on the base branch as it is now. */
  base(path: string): Promise<string | undefined>;
  close(): Promise<void>;
};

/** KiB. Up to here one archive costs less than a request for each file. */
const smallRepository = 20 * 1024;

/**
 * Reads what a plan needs for as few requests as there can be: what is known of a head commit stays known, a small
 * repository is one archive, and files of a large one are asked for with the tag of what was seen last.
 */
export function pullFiles(
  { store, shelf, log }: Pick<Pipeline, 'store' | 'shelf' | 'log'>,
  github: GitHub,
  pull: PullRequest,
  signal: AbortSignal,
): PullFiles {
  const { repositoryId, owner, repo, headSha, baseRef } = pull;
  const place = `#${pull.number}`;
  const merge = { id: `pull-${randomUUID()}`, owner, repo, mergeCommit: headSha };
  let source: Promise<Source | undefined> | undefined;

  async function archive(): Promise<Source | undefined> {
    if (pull.repositorySize > smallRepository) return undefined;
    try {
      return await shelf.obtain(merge, async () => github, signal);
    } catch (error) {
      if (!(error instanceof SlipwayError) || error.transient || error.code === 'cancelled') throw error;
      log.warn({ err: error, pullRequest: `${owner}/${repo}${place}` }, 'the archive cannot be used for a plan');
      return undefined;
    }
  }

  async function ask(path: string, from: { place: string; ref: string }): Promise<string | undefined> {
    const known = (await store.text(repositoryId, from.place, path)) ?? (await store.text(repositoryId, baseRef, path));
    const answer = await readWithTag(github, { owner, repo, ref: from.ref, path, etag: known?.etag });
    const found = answer === 'unchanged' ? { ...known, ref: from.ref } : { ...answer, ref: from.ref };
    await store.keepText(repositoryId, from.place, path, found);
    return found.text;
  }

  return {
    async head(path) {
      const known = await store.text(repositoryId, place, path);
      if (known?.ref === headSha) return known.text;
      source ??= archive();
      const files = await source;
      if (files === undefined) return await ask(path, { place, ref: headSha });
      const text = await files.read(path);
      await store.keepText(repositoryId, place, path, { ref: headSha, ...(text === undefined ? {} : { text }) });
      return text;
    },
    base: (path) => ask(path, { place: baseRef, ref: baseRef }),
    async close() {
      if (source !== undefined) await shelf.release(merge.id);
    },
  };
}
