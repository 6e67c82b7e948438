import { readCommit } from '../git/read-repository.ts';
import type { Pull, RepositoryRecord, User } from '../records.ts';
import { renderSimpleCommit } from '../render/commit.ts';
import type { State } from '../state.ts';
import { type Payload, surroundings } from './payloads.ts';

/** `merge_group.checks_requested`, of a group that ends with this pull request. */
export async function mergeGroupPayload(
  state: State,
  repository: RepositoryRecord,
  group: { readonly headSha: string; readonly number: number; readonly base: Pull['base'] },
  sender: User,
): Promise<Payload> {
  const { headSha, number, base } = group;
  return {
    action: 'checks_requested',
    merge_group: {
      head_sha: headSha,
      head_ref: `refs/heads/gh-readonly-queue/${base.ref}/pr-${number}-${base.sha}`,
      base_sha: base.sha,
      base_ref: `refs/heads/${base.ref}`,
      head_commit: renderSimpleCommit(await readCommit(repository.gitDir, headSha)),
    },
    ...surroundings(state, repository, sender),
  };
}
