import type { Delivery } from './take-delivery.ts';
import type { Intake } from './take-merge-in.ts';
import { toPullRequest } from './to-pull-request.ts';

/** A closed pull request lets its claims go. What it was closed for is said elsewhere. */
export async function letPullGo({ payload }: Delivery, { store, owners }: Intake): Promise<void> {
  const read = toPullRequest(payload);
  if ('missing' in read || owners.isAllowed(read.pull.owner) === 'no') return;
  await store.takePull(read.pull);
}
