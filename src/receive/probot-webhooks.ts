import type { Probot } from 'probot';
import { z } from 'zod';
import { payloadFields } from './payload-fields.ts';
import type { Webhooks } from './take-delivery.ts';

type ProbotEvent = Parameters<Probot['webhooks']['receive']>[0];

const installation = z.object({ id: payloadFields.id });

/**
 * Hands deliveries to Probot's handlers. Not Probot's own middleware: that one would check the signature and parse the
 * body a second time, answers 202 before a slow handler has ended, and tells the sender the error's message.
 */
export function probotWebhooks(probot: Probot): Webhooks {
  return ({ id, name, payload: { installation: given, ...rest } }) => {
    // Probot looks for the installation before any handler does, and fails where it is none.
    const payload = installation.safeParse(given).success ? { ...rest, installation: given } : rest;
    return probot.webhooks.receive({ id, name, payload } as unknown as ProbotEvent);
  };
}
