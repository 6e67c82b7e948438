import type { Log } from '../log.ts';
import type { Store } from '../store/store.ts';
import type { AllowedOwners } from './allowed-owners.ts';
import type { Delivery } from './take-delivery.ts';
import { toNewMerge } from './to-new-merge.ts';

export type Intake = {
  readonly store: Pick<Store, 'takeIn' | 'takeAct' | 'takePull' | 'takeMergeGroup' | 'moveRepository' | 'abandon'>;
  readonly owners: Pick<AllowedOwners, 'isAllowed'>;
  readonly log: Log;
};

function wasClosedUnmerged(payload: Delivery['payload']): boolean {
  const pull = payload.pull_request;
  return typeof pull === 'object' && pull !== null && 'merged' in pull && pull.merged === false;
}

/** Makes a durable row of a merged pull request of an allowed owner; says in the log why it makes none of another. */
export async function takeMergeIn({ id, payload }: Delivery, { store, owners, log }: Intake): Promise<void> {
  if (wasClosedUnmerged(payload)) {
    log.info({ delivery: id }, 'nothing to do: the pull request was closed, not merged');
    return;
  }
  const read = toNewMerge(payload, id);
  if ('missing' in read) {
    log.warn(
      { delivery: id, missing: read.missing },
      `nothing to do: the payload has no usable ${read.missing.join(', ')}`,
    );
    return;
  }
  const { merge } = read;
  const about = { delivery: id, pullRequest: `${merge.owner}/${merge.repo}#${merge.number}` };
  if (owners.isAllowed(merge.owner) === 'no') {
    log.info(about, `nothing to do: ${merge.owner} is not among the accounts that are served (ALLOWED_OWNERS)`);
    return;
  }
  const { id: mergeId, known } = await store.takeIn(merge);
  log.info({ ...about, merge: mergeId }, known ? 'merge was taken in before' : 'merge taken in');
}
