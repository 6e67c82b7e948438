import type { IncomingHttpHeaders } from 'node:http';
import { type Answer, answers } from './answers.ts';
import { deliveryIdOf } from './delivery-id-of.ts';

/** What the headers of a delivery say. */
export type DeliveryHeaders = { readonly id: string; readonly event: string; readonly signature: Buffer };

const json = /^\s*application\/json\s*(;|$)/i;
const sha256 = /^sha256=([0-9a-f]{64})$/i;
/** `error` is what octokit calls a handler's failure, and would be taken for one. */
const eventName = /^(?!error$)[a-z][a-z0-9_]{0,99}$/;

/** Everything that can be refused before one byte of the body has been read (GitHub, "Webhook events and payloads", delivery headers). */
export function checkHeaders(
  headers: IncomingHttpHeaders,
  bodyBytes: number,
): { readonly delivery: DeliveryHeaders } | { readonly refused: Answer } {
  if (!json.test(headers['content-type'] ?? '')) return { refused: answers.wrongType };
  const signature = sha256.exec(String(headers['x-hub-signature-256'] ?? ''))?.[1];
  if (signature === undefined) return { refused: answers.unsigned };
  const event = headers['x-github-event'];
  if (typeof event !== 'string' || !eventName.test(event)) return { refused: answers.noEvent };
  const id = deliveryIdOf(headers);
  if (id === undefined) return { refused: answers.noDelivery };
  if (Number(headers['content-length'] ?? 0) > bodyBytes) return { refused: answers.tooLarge };
  return { delivery: { id, event, signature: Buffer.from(signature, 'hex') } };
}
