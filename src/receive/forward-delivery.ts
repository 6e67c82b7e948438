import type { Log } from '../log.ts';

const timeoutMs = 30_000;
const wanted = /^(x-github-[a-z-]+|x-hub-signature(-256)?|user-agent)$/;

/** A channel's message is the delivery's headers in lower case, and its JSON under `body` (smee.io). */
function readMessage(data: unknown): { headers: Record<string, string>; body: string } | undefined {
  try {
    const message: unknown = JSON.parse(String(data));
    if (typeof message !== 'object' || message === null || !('body' in message)) return undefined;
    const headers: Record<string, string> = { 'content-type': 'application/json' };
    for (const [key, value] of Object.entries(message)) {
      if (wanted.test(key) && typeof value === 'string') headers[key] = value;
    }
    return { headers, body: JSON.stringify(message.body) };
  } catch {
    return undefined;
  }
}

/** Posts what a channel carried to the server. Never rejects: a channel is open to anybody who knows its address. */
export async function forwardDelivery({
  data,
  target,
  log,
}: {
  readonly data: unknown;
  readonly target: string;
  readonly log: Log;
}): Promise<void> {
  const message = readMessage(data);
  if (message === undefined) {
    log.warn('the webhook channel carried something that is no delivery');
    return;
  }
  const delivery = message.headers['x-github-delivery'];
  try {
    const response = await fetch(target, { method: 'POST', ...message, signal: AbortSignal.timeout(timeoutMs) });
    await response.body?.cancel();
    log.info({ delivery, status: response.status }, 'delivery forwarded from the webhook channel');
  } catch (error) {
    log.warn({ err: error, delivery }, 'a delivery from the webhook channel could not be forwarded');
  }
}
