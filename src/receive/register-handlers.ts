import type { Probot } from 'probot';
import type { Delivery } from './take-delivery.ts';
import { type Intake, takeMergeIn } from './take-merge-in.ts';

type Handler = (delivery: Delivery, intake: Intake) => Promise<void>;

const handlers: Readonly<Record<string, Handler>> = { 'pull_request.closed': takeMergeIn };

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
