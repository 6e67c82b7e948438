import { diffSize, mergeBaseOf } from '../git/diff-commits.ts';
import { mergeBranches } from '../git/merge-branches.ts';
import { resolveCommit } from '../git/read-repository.ts';
import { runGit } from '../git/run-git.ts';
import type { Pull, RepositoryRecord } from '../records.ts';

/** Brings an open pull request up to its branches; a fork's commits become part of the repository, as on GitHub. */
export async function refreshPull(repository: RepositoryRecord, pull: Pull): Promise<void> {
  if (pull.state !== 'open') return;
  const { gitDir } = repository;
  const kept = `refs/pull/${pull.number}/head`;
  if (pull.head.repository.id === repository.id) {
    await runGit(gitDir, ['update-ref', kept, `refs/heads/${pull.head.ref}`]);
  } else {
    await runGit(gitDir, ['fetch', '--quiet', pull.head.repository.gitDir, `+refs/heads/${pull.head.ref}:${kept}`]);
  }
  const head = await resolveCommit(gitDir, kept);
  const base = await resolveCommit(gitDir, `refs/heads/${pull.base.ref}`);
  if (head === undefined || base === undefined) throw new Error(`pull request ${pull.number}: a branch is gone`);
  if (head === pull.head.sha && base === pull.base.sha) return;
  pull.head.sha = head;
  pull.base.sha = base;
  pull.mergeable = null;
  pull.mergeCommit = null;
  pull.mergeBase = await mergeBaseOf(gitDir, base, head);
  pull.size = await diffSize(gitDir, pull.mergeBase, head);
}

/**
 * GitHub's test merge: as long as a pull request is not merged, `merge_commit_sha` is a commit that no branch has, and it
 * stays there when the pull request is closed without a merge.
 */
export async function tryMerge(repository: RepositoryRecord, pull: Pull): Promise<void> {
  if (pull.state !== 'open' || pull.mergeable !== null) return;
  const commit = await mergeBranches(repository.gitDir, {
    base: pull.base.sha,
    head: pull.head.sha,
    method: 'merge',
    message: `Merge ${pull.head.sha} into ${pull.base.sha}`,
    author: { name: 'GitHub', email: 'noreply@github.com' },
  });
  pull.mergeable = commit !== undefined;
  pull.mergeCommit = commit ?? null;
}
