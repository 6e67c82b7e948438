import assert from 'node:assert/strict';
import { mergeBranches } from '../github/git/merge-branches.ts';
import { askGit } from '../github/git/run-git.ts';
import type { Repository } from '../github/repository.ts';

/** Moves a branch to a commit by force. */
export async function moveBranch(repository: Repository, branch: string, commit: string): Promise<void> {
  const before = await repository.revision(branch);
  await askGit(repository.gitDir, ['update-ref', `refs/heads/${branch}`, commit]);
  await repository.pushed(branch, before);
}

/** What the button "Update branch" does. */
export async function updateBranch(repository: Repository, branch: string, base: string): Promise<void> {
  const { gitDir } = repository;
  const head = await repository.revision(branch);
  const author = { name: 'mona', email: 'mona@example.org' };
  const merged = await mergeBranches(gitDir, { base: head, head: base, method: 'merge', message: 'Update', author });
  await moveBranch(repository, branch, merged ?? assert.fail('the branches conflict'));
}
