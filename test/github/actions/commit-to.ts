import { resolveCommit } from '../git/read-repository.ts';
import { type Files, writeCommit } from '../git/write-commit.ts';
import type { RepositoryRecord, User } from '../records.ts';
import { emailOf } from '../render/commit.ts';
import type { State } from '../state.ts';
import { exclusively } from './exclusively.ts';
import { noticePush } from './notice-push.ts';

export type CommitRequest = {
  readonly branch: string;
  readonly files: Files;
  readonly message: string;
  readonly author: User;
  /** Where a new branch begins. */
  readonly from?: string | undefined;
  readonly deliver?: boolean | undefined;
};

/** A commit pushed to a branch of a repository or of a fork, and what follows from it. Returns its id. */
export async function commitTo(state: State, target: RepositoryRecord, asked: CommitRequest): Promise<string> {
  const { branch, files, message, author } = asked;
  const push = await exclusively(target, async () => {
    const before = await resolveCommit(target.gitDir, `refs/heads/${branch}`);
    const parent = before ?? (await resolveCommit(target.gitDir, asked.from ?? target.defaultBranch));
    const who = { name: author.login, email: emailOf(author) };
    const after = await writeCommit(target.gitDir, { branch, parent, files, message, author: who });
    return { branch, before, after };
  });
  await noticePush(state, target, push, author, asked.deliver);
  return push.after;
}
