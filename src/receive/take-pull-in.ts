import type { Delivery } from './take-delivery.ts';
import type { Intake } from './take-merge-in.ts';
import { toPullRequest } from './to-pull-request.ts';

/** An edit of the description alone changes no plan. */
function changesNothing({ payload }: Delivery): boolean {
  const { changes } = payload;
  if (payload.action !== 'edited' || typeof changes !== 'object' || changes === null) return false;
  return !('title' in changes) && !('base' in changes);
}

/** Makes a durable row of what an event tells of a pull request, and the job that makes its plan. */
export async function takePullIn(delivery: Delivery, { store, owners, log }: Intake): Promise<void> {
  const { id, payload } = delivery;
  if (changesNothing(delivery)) {
    log.info({ delivery: id }, 'nothing to do: neither title nor base was edited');
    return;
  }
  const read = toPullRequest(payload);
  if ('missing' in read) {
    log.warn(
      { delivery: id, missing: read.missing },
      `nothing to do: the payload has no usable ${read.missing.join(', ')}`,
    );
    return;
  }
  const { pull } = read;
  const about = { delivery: id, pullRequest: `${pull.owner}/${pull.repo}#${pull.number}` };
  if (owners.isAllowed(pull.owner) === 'no') {
    log.info(about, `nothing to do: ${pull.owner} is not among the accounts that are served (ALLOWED_OWNERS)`);
    return;
  }
  await store.takePull(pull);
  log.info(about, 'pull request taken in');
}
