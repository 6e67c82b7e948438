import type { Label, Pull, RepositoryRecord, User } from '../records.ts';
import { nextId, type State } from '../state.ts';
import { refreshPull } from './refresh-pull.ts';

export type NewPull = {
  readonly title: string;
  readonly body: string | null;
  readonly author: User;
  readonly draft: boolean;
  readonly base: string;
  readonly head: { readonly repository: RepositoryRecord; readonly ref: string };
  readonly labels: readonly string[];
};

/** The repository's label of that name; made where there is none, as GitHub does when a label is put on. */
export function labelOf(state: State, repository: RepositoryRecord, name: string): Label {
  const known = repository.labels.get(name.toLowerCase());
  if (known !== undefined) return known;
  const label = { id: nextId(state, 'label'), name, color: 'ededed', description: null };
  repository.labels.set(name.toLowerCase(), label);
  return label;
}

/** Opens a pull request between two branches that exist. Nobody is told yet. */
export async function openPull(state: State, repository: RepositoryRecord, asked: NewPull): Promise<Pull> {
  const numbers = [...repository.pulls.keys()];
  const now = new Date();
  const pull: Pull = {
    id: nextId(state, 'pull'),
    number: Math.max(0, ...numbers) + 1,
    title: asked.title,
    body: asked.body,
    author: asked.author,
    state: 'open',
    draft: asked.draft,
    locked: false,
    labels: asked.labels.map((name) => labelOf(state, repository, name)),
    createdAt: now,
    updatedAt: now,
    closedAt: null,
    mergedAt: null,
    mergedBy: null,
    mergeCommit: null,
    mergeable: null,
    base: { ref: asked.base, sha: '' },
    head: { ...asked.head, sha: '' },
    mergeBase: '',
    size: { commits: 0, additions: 0, deletions: 0, changedFiles: 0 },
  };
  // Taken before the first wait: two pull requests opened at once get two numbers.
  repository.pulls.set(pull.number, pull);
  try {
    await refreshPull(repository, pull);
  } catch (error) {
    repository.pulls.delete(pull.number);
    throw error;
  }
  return pull;
}
