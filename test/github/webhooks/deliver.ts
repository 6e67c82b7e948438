import { type IncomingMessage, request as requestHttp, STATUS_CODES } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { Delivery } from '../records.ts';
import { nextId, type State } from '../state.ts';
import type { SignedWebhook } from './sign.ts';

/** What a delivery is about, for the list of deliveries. */
export type DeliverySubject = {
  readonly action: string | null;
  readonly installationId: number | null;
  readonly repositoryId: number | null;
};

type Reply = Pick<Delivery, 'status' | 'statusCode' | 'responseHeaders' | 'responseBody'>;

/** GitHub keeps the beginning of what the receiver answered. */
const keptBytes = 65_536;

async function readReply(response: IncomingMessage): Promise<Reply> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    if (length < keptBytes) chunks.push(chunk);
    length += chunk.length;
  }
  const code = response.statusCode ?? 0;
  const headers = Object.entries(response.headers).map(([name, value]) => [name, String(value)]);
  return {
    status: code >= 200 && code < 300 ? (STATUS_CODES[code] ?? 'OK') : `Invalid HTTP Response: ${code}`,
    statusCode: code,
    responseHeaders: Object.fromEntries(headers),
    responseBody: Buffer.concat(chunks).subarray(0, keptBytes).toString('utf8'),
  };
}

const failed = (status: string, statusCode: number): Reply => ({
  status,
  statusCode,
  responseHeaders: {},
  responseBody: '',
});

async function post(state: State, url: string, webhook: SignedWebhook): Promise<Reply> {
  const timeout = AbortSignal.timeout(state.settings.deliveryTimeout);
  const signal = AbortSignal.any([timeout, state.stopped.signal]);
  const send = url.startsWith('https:') ? requestHttps : requestHttp;
  try {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const request = send(url, { method: 'POST', headers: webhook.headers, agent: false, signal }, resolve);
    request.on('error', reject);
    request.end(webhook.body);
    return await readReply(await promise);
  } catch {
    return timeout.aborted ? failed('timed out', 504) : failed('failed to connect to host', 502);
  }
}

/** Sends a signed webhook to the App and keeps the attempt, whatever became of it. GitHub never tries again by itself. */
export async function deliver(
  state: State,
  webhook: SignedWebhook,
  subject: DeliverySubject,
  redelivery = false,
): Promise<Delivery | undefined> {
  const { url } = state.hook;
  if (url === undefined || state.stopped.signal.aborted) return undefined;
  const id = nextId(state, 'delivery');
  const deliveredAt = new Date();
  const reply = await post(state, url, webhook);
  const delivery: Delivery = {
    id,
    guid: webhook.headers['X-GitHub-Delivery'] ?? '',
    event: webhook.headers['X-GitHub-Event'] ?? '',
    ...subject,
    redelivery,
    deliveredAt,
    requestHeaders: webhook.headers,
    body: webhook.body,
    duration: (Date.now() - deliveredAt.getTime()) / 1000,
    ...reply,
  };
  state.deliveries.push(delivery);
  return delivery;
}

/** The same bytes again, with the same guid. */
export function redeliver(state: State, delivery: Delivery): Promise<Delivery | undefined> {
  const { action, installationId, repositoryId } = delivery;
  const webhook = { body: delivery.body, headers: delivery.requestHeaders };
  return deliver(state, webhook, { action, installationId, repositoryId }, true);
}
