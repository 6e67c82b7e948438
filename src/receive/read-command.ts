import { z } from 'zod';
import type { Act } from '../store/store.ts';
import { actOf, around } from './act-of.ts';
import { payloadFields } from './payload-fields.ts';
import type { Delivery } from './take-delivery.ts';

const schema = z.object({
  ...around,
  issue: z.object({ number: payloadFields.number, pull_request: z.object({}) }),
  comment: z.object({ id: payloadFields.id, body: z.string() }),
});

/** The first line alone, and nothing else on it. */
const command = /^\/slipway[ \t]+(plan|build|cancel)[ \t]*(?:\r?\n|$)/;

/** A command in a comment on a pull request: `/slipway plan`, `/slipway build`, `/slipway cancel`. */
export function readCommand({ id, payload }: Delivery): Act | undefined {
  const { data } = schema.safeParse(payload);
  const word = data && command.exec(data.comment.body)?.[1];
  if (data === undefined || (word !== 'plan' && word !== 'build' && word !== 'cancel')) return undefined;
  const about = { number: data.issue.number, commentId: data.comment.id };
  return actOf(id, data, { what: `command-${word}`, about });
}
