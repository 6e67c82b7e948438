import type { Probot } from 'probot';
import type { Webhooks } from './take-delivery.ts';

type ProbotEvent = Parameters<Probot['webhooks']['receive']>[0];

/**
 * Hands deliveries to Probot's handlers. Not Probot's own middleware: that one would check the signature and parse the
 * body a second time, answers 202 before a slow handler has ended, and tells the sender the error's message.
 */
export function probotWebhooks(probot: Probot): Webhooks {
  return ({ id, name, payload }) => probot.webhooks.receive({ id, name, payload } as unknown as ProbotEvent);
}
