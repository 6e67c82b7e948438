import { type MergeMethod, mergeBranches } from '../git/merge-branches.ts';
import { runGit } from '../git/run-git.ts';
import type { Pull, RepositoryRecord, User } from '../records.ts';
import { emailOf } from '../render/commit.ts';
import { exclusively } from './exclusively.ts';
import { refreshPull, tryMerge } from './refresh-pull.ts';

export type MergeRequest = {
  readonly method: MergeMethod;
  readonly by: User;
  readonly title?: string | undefined;
  readonly message?: string | undefined;
};

export type Merged = { readonly before: string; readonly mergeCommit: string };

const messageOf = (pull: Pull, asked: MergeRequest): string => {
  const squash = asked.method === 'squash';
  const title =
    asked.title ??
    (squash
      ? `${pull.title} (#${pull.number})`
      : `Merge pull request #${pull.number} from ${pull.head.repository.owner.login}/${pull.head.ref}`);
  const body = asked.message ?? (squash ? '' : pull.title);
  return body === '' ? title : `${title}\n\n${body}`;
};

/** What GitHub's merge button does to branch and pull request; undefined where they conflict. Nobody is told yet. */
export function mergePull(repository: RepositoryRecord, pull: Pull, asked: MergeRequest): Promise<Merged | undefined> {
  return exclusively(repository, async () => {
    await refreshPull(repository, pull);
    const author = asked.method === 'squash' ? pull.author : asked.by;
    const mergeCommit = await mergeBranches(repository.gitDir, {
      base: pull.base.sha,
      head: pull.head.sha,
      method: asked.method,
      message: messageOf(pull, asked),
      author: { name: author.login, email: emailOf(author) },
    });
    if (mergeCommit === undefined) return undefined;
    const before = pull.base.sha;
    await runGit(repository.gitDir, ['update-ref', `refs/heads/${pull.base.ref}`, mergeCommit, before]);
    const now = new Date();
    pull.state = 'closed';
    pull.closedAt = now;
    pull.mergedAt = now;
    pull.updatedAt = now;
    pull.mergedBy = asked.by;
    pull.mergeCommit = mergeCommit;
    return { before, mergeCommit };
  });
}

/** Closes a pull request without a merge; GitHub's test merge stays in `merge_commit_sha`. */
export async function closePull(repository: RepositoryRecord, pull: Pull): Promise<void> {
  await tryMerge(repository, pull);
  const now = new Date();
  pull.state = 'closed';
  pull.closedAt = now;
  pull.updatedAt = now;
}
