import type { RepositoryRecord, User } from '../records.ts';
import type { State } from '../state.ts';
import { emitOfRepository } from '../webhooks/emit.ts';
import { emitPush, type PushedRef } from '../webhooks/emit-push.ts';
import { pullRequestPayload } from '../webhooks/payloads.ts';
import { refreshPull } from './refresh-pull.ts';

/** The open pull requests whose head is that branch, with the repositories that they are in. */
function pullsFrom(state: State, repository: RepositoryRecord, branch: string) {
  return [...state.repositories.values()].flatMap((base) =>
    [...base.pulls.values()]
      .filter((pull) => pull.state === 'open' && pull.head.repository.id === repository.id && pull.head.ref === branch)
      .map((pull) => ({ base, pull })),
  );
}

/** What GitHub does when a branch has moved: pull requests follow, and the App is told. */
export async function noticePush(
  state: State,
  repository: RepositoryRecord,
  push: PushedRef,
  sender: User,
  deliver = true,
): Promise<void> {
  repository.pushedAt = new Date();
  const moved = pullsFrom(state, repository, push.branch);
  for (const { base, pull } of moved) {
    await refreshPull(base, pull);
    pull.updatedAt = new Date();
  }
  if (!deliver) return;
  const { before, after } = push;
  await Promise.all([
    emitPush(state, repository, push, sender),
    ...moved.map(({ base, pull }) => {
      const build = () => pullRequestPayload(state, base, pull, 'synchronize', sender, { before, after });
      return emitOfRepository(state, 'pull_request', build, base);
    }),
  ]);
}
