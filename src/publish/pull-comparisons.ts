import type { Logger } from 'pino';
import { compareCommits, type Difference } from '../fetch/compare-commits.ts';
import { compareWithTree, type TreeComparison } from '../fetch/compare-with-tree.ts';
import type { GitHub } from '../github.ts';
import type { PullRequest } from '../terms.ts';
import { orNothing } from './or-nothing.ts';

/** What the head of a pull request is compared with: each costs one request, however often it is asked for. */
export type PullComparisons = {
  /** The base branch, where its history left that. Undefined where GitHub does not make the comparison. */
  withBase(): Promise<Difference | undefined>;
  /** The same where it has been asked for, and nothing where not. */
  readonly madeWithBase: Promise<Difference | undefined> | undefined;
  /** A commit that it grew out of; undefined where it did not, for more than one such commit, and where not all is told. */
  withBefore(ref: string): Promise<Difference | undefined>;
  /** Known texts; undefined where the tree cannot be had. */
  withTexts(): Promise<TreeComparison | undefined>;
};

export function pullComparisons(log: Logger, github: GitHub, pull: PullRequest): PullComparisons {
  const { owner, repo, headSha, baseRef } = pull;
  let made: Promise<Difference | undefined> | undefined;
  let before: { readonly ref: string; readonly made: Promise<Difference | undefined> } | undefined;
  let tree: Promise<TreeComparison | undefined> | undefined;
  // GitHub gives up on what takes long, and there are other ways: the list of files, the archive.
  const about = { log, pull, mayFail: true };
  const compare = (base: string) =>
    orNothing(compareCommits(github, { owner, repo, base, head: headSha }), { ...about, what: 'the comparison' });
  return {
    withBase() {
      made ??= compare(baseRef);
      return made;
    },
    get madeWithBase() {
      return made;
    },
    async withBefore(ref) {
      before ??= { ref, made: compare(ref) };
      const difference = before.ref === ref ? await before.made : undefined;
      return difference?.mergeBase === ref && difference.isComplete ? difference : undefined;
    },
    withTexts() {
      tree ??= orNothing(compareWithTree(github, { owner, repo, commit: headSha }), { ...about, what: 'the tree' });
      return tree;
    },
  };
}
