import { randomUUID } from 'node:crypto';
import { SlipwayError } from '../errors.ts';
import { type Comparison, compareWithTree } from '../fetch/compare-with-tree.ts';
import { readFromGitHub } from '../fetch/read-from-github.ts';
import type { Source } from '../fetch/source.ts';
import type { GitHub } from '../github.ts';
import type { PullRequest } from '../terms.ts';
import { branchFile } from './branch-file.ts';
import type { Pipeline } from './pipeline.ts';

/** Files of a pull request's head, and of the branch that it is for. */
export type PullFiles = {
  /** Text at the head; undefined where there is none. */
  head(path: string): Promise<string | undefined>;
  /** Text on the base branch as it is now. */
  base(path: string): Promise<string | undefined>;
  close(): Promise<void>;
};

/** KiB. Up to here the archive is fetched without a look whether anything changed: that saves a request where it did. */
const smallRepository = 20 * 1024;

/**
 * Reads what a plan needs for as few requests as there can be, however many files that is: what is known of a head commit
 * stays known, one request tells whether a large repository has the texts that are known of the commit before, and all
 * else comes from one archive.
 */
export function pullFiles(
  { store, shelf, log }: Pick<Pipeline, 'store' | 'shelf' | 'log'>,
  github: GitHub,
  pull: PullRequest,
  signal: AbortSignal,
): PullFiles {
  const { repositoryId, owner, repo, headSha } = pull;
  const place = `pull:${pull.number}`;
  const merge = { id: `pull-${randomUUID()}`, owner, repo, mergeCommit: headSha };
  let source: Promise<Source | undefined> | undefined;
  let comparison: Promise<Comparison | undefined> | undefined;

  /** Undefined where GitHub will never have it. */
  async function orNothing<T>(asked: Promise<T>, sentence: string): Promise<T | undefined> {
    try {
      return await asked;
    } catch (error) {
      if (!(error instanceof SlipwayError) || error.transient || error.code === 'cancelled') throw error;
      log.warn({ err: error, pullRequest: `${owner}/${repo}#${pull.number}` }, sentence);
      return undefined;
    }
  }

  const archive = () =>
    orNothing(
      shelf.obtain(merge, async () => github, signal),
      'the archive cannot be used for a plan',
    );

  async function isUnchanged(path: string, text: string | undefined): Promise<boolean> {
    if (pull.repositorySize <= smallRepository || source !== undefined) return false;
    comparison ??= orNothing(compareWithTree(github, { owner, repo, commit: headSha }), 'the tree cannot be used');
    return (await comparison)?.(path, text) === true;
  }

  async function read(path: string): Promise<string | undefined> {
    source ??= archive();
    const files = await source;
    if (files !== undefined) return await files.read(path);
    return await readFromGitHub({ github, owner, repo, ref: headSha, path });
  }

  return {
    async head(path) {
      const known = await store.text(repositoryId, place, path);
      if (known?.ref === headSha) return known.text;
      const isKnown = known !== undefined && (await isUnchanged(path, known.text));
      const text = isKnown ? known.text : await read(path);
      await store.keepText(repositoryId, place, path, { ref: headSha, ...(text === undefined ? {} : { text }) });
      return text;
    },
    base: (path) => branchFile({ store }, github, pull, path),
    async close() {
      if (source !== undefined) await shelf.release(merge.id);
    },
  };
}
