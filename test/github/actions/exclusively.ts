import type { RepositoryRecord } from '../records.ts';

/** Runs work on a repository's branches after all that was asked for before, so that no two of them race for a branch. */
export function exclusively<T>(repository: RepositoryRecord, work: () => Promise<T>): Promise<T> {
  const turn = repository.queue.then(work);
  repository.queue = turn.catch(() => undefined);
  return turn;
}
