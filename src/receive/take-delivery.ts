import { type KeyObject, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Log } from '../log.ts';
import type { DeliveryResult, Metrics } from '../metrics.ts';
import { answer } from './answer.ts';
import { type Answer, answers } from './answers.ts';
import { checkHeaders } from './check-headers.ts';
import { deliveryIdOf } from './delivery-id-of.ts';
import type { Limits } from './limits.ts';
import { type LargeBodies, readBody } from './read-body.ts';

/** A delivery whose signature was right. */
export type Delivery = {
  readonly id: string;
  readonly name: string;
  readonly payload: Readonly<Record<string, unknown>>;
};

/** Resolves when what the delivery asks for is durable; rejects when it could not be kept. */
export type Webhooks = (delivery: Delivery) => Promise<void>;

export type Door = {
  readonly key: KeyObject;
  readonly webhooks: Webhooks;
  readonly limits: Limits;
  readonly large: LargeBodies;
  readonly log: Log;
  readonly metrics: Pick<Metrics, 'delivered'>;
};

function parseObject(bytes: Buffer): Delivery['payload'] | undefined {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Delivery['payload'])
      : undefined;
  } catch {
    return undefined;
  }
}

/** Rejects when `work` has not settled within `ms` milliseconds. */
async function within(work: Promise<void>, ms: number): Promise<void> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`not kept within ${ms} ms`)), ms);
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The cheap checks first: nothing unsigned is read, nothing wrongly signed is parsed. */
async function judge(req: IncomingMessage, res: ServerResponse, door: Door): Promise<Answer | 'gone'> {
  if (req.method !== 'POST') return answers.wrongMethod;
  const head = checkHeaders(req.headers, door.limits.bodyBytes);
  if ('refused' in head) return head.refused;
  const { id, event: name, signature } = head.delivery;
  if (req.headers.expect !== undefined) res.writeContinue();
  const body = await readBody(req, door.key, door.limits, door.large);
  if (body.kind === 'gone') return 'gone';
  if (body.kind === 'refused') return body.answer;
  if (!timingSafeEqual(body.digest, signature)) return answers.wrongSignature;
  const payload = parseObject(body.bytes);
  if (payload === undefined) return answers.notJson;
  try {
    await within(door.webhooks({ id, name, payload }), door.limits.answerMs);
    return answers.ok;
  } catch (error) {
    door.log.error({ err: error, delivery: id, event: name }, 'delivery could not be kept');
    return answers.failed;
  }
}

function resultOf(result: Answer | 'gone'): DeliveryResult {
  if (result === 'gone') return 'broken-off';
  if (result.status === 200) return 'taken';
  return result === answers.failed ? 'failed' : 'refused';
}

/** Takes one delivery in and answers it: 200 only when everything that it asks for is durable. */
export async function takeDelivery(req: IncomingMessage, res: ServerResponse, door: Door): Promise<void> {
  const result = await judge(req, res, door);
  const delivery = deliveryIdOf(req.headers);
  door.metrics.delivered(req.headers['x-github-event']?.toString(), resultOf(result));
  if (result === 'gone') {
    door.log.info({ delivery }, 'delivery was broken off by its sender');
    return;
  }
  if (result.status !== 200 && result !== answers.failed) {
    door.log.warn({ delivery, status: result.status, reason: result.sentence }, 'delivery refused');
  }
  answer(req, res, result, door.limits.lingerMs);
}
