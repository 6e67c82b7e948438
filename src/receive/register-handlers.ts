import type { Probot } from 'probot';
import { letPullGo } from './let-pull-go.ts';
import { takeActIn } from './take-act-in.ts';
import type { Delivery } from './take-delivery.ts';
import { takeMergeGroupIn } from './take-merge-group-in.ts';
import { type Intake, takeMergeIn } from './take-merge-in.ts';
import { takePullIn } from './take-pull-in.ts';
import { takeRepositoryChange } from './take-repository-change.ts';

type Handler = (delivery: Delivery, intake: Intake) => Promise<void>;

/** The words that GitHub has for what happened; anything else is kept out of the log. */
const word = /^[a-z_]{1,64}$/;

function isMerged({ payload }: Delivery): boolean {
  const pull = payload.pull_request;
  return typeof pull === 'object' && pull !== null && 'merged' in pull && pull.merged === true;
}

const handlers: Readonly<Record<string, Handler>> = {
  'pull_request.opened': takePullIn,
  'pull_request.reopened': takePullIn,
  'pull_request.edited': takePullIn,
  'pull_request.labeled': (delivery, intake) => (isMerged(delivery) ? takeActIn : takePullIn)(delivery, intake),
  'pull_request.unlabeled': takePullIn,
  'pull_request.synchronize': takePullIn,
  'pull_request.ready_for_review': takePullIn,
  'pull_request.converted_to_draft': takePullIn,
  'pull_request.closed': async (delivery, intake) => {
    await takeMergeIn(delivery, intake);
    await letPullGo(delivery, intake);
  },
  'issue_comment.created': takeActIn,
  'merge_group.checks_requested': takeMergeGroupIn,
  'check_run.requested_action': takeActIn,
  'check_run.rerequested': takeActIn,
  'check_suite.rerequested': takeActIn,
  'installation.deleted': takeRepositoryChange,
  'installation.suspend': takeRepositoryChange,
  'installation_repositories.removed': takeRepositoryChange,
  'repository.deleted': takeRepositoryChange,
  'repository.renamed': takeRepositoryChange,
  'repository.transferred': takeRepositoryChange,
};

/**
 * Registers what Slipway does with each event. A handler resolves when what it keeps is durable, and calls no GitHub
 * API. Probot tells the sender the message of an error: that of ours is a fixed sentence, and its cause is for the log.
 */
export function registerHandlers(app: Pick<Probot, 'onAny'>, intake: Intake): void {
  app.onAny(async ({ id, name, payload }) => {
    const fields: Delivery['payload'] = { ...payload };
    const { action } = fields;
    const event = typeof action === 'string' && word.test(action) ? `${name}.${action}` : name;
    const handler = Object.hasOwn(handlers, event) ? handlers[event] : undefined;
    if (handler === undefined) {
      intake.log.info({ delivery: id, event }, 'nothing to do: no such event is needed');
      return;
    }
    try {
      await handler({ id, name, payload: fields }, intake);
    } catch (cause) {
      throw new Error('The delivery could not be kept.', { cause });
    }
  });
}
