import type { Probot } from 'probot';
import { takeActIn } from './take-act-in.ts';
import type { Delivery } from './take-delivery.ts';
import { type Intake, takeMergeIn } from './take-merge-in.ts';
import { takeRepositoryChange } from './take-repository-change.ts';

type Handler = (delivery: Delivery, intake: Intake) => Promise<void>;

const handlers: Readonly<Record<string, Handler>> = {
  'pull_request.closed': takeMergeIn,
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
    const event = typeof fields.action === 'string' ? `${name}.${fields.action}` : name;
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
