import type { Log } from '../log.ts';
import { forwardDelivery } from './forward-delivery.ts';

const silent = { info: () => undefined, error: () => undefined };

/**
 * Brings deliveries from a smee channel (`WEBHOOK_PROXY_URL`) to the server, for development behind a router. A channel
 * that cannot be reached, at start or later, is tried again for ever and said in one line of the log.
 *
 * @param target address of the server's webhook route
 * @param againMs milliseconds until a channel that was lost is tried again
 * @returns stops it
 */
export async function connectChannel({
  url,
  target,
  log,
  againMs = 3000,
}: {
  readonly url: string;
  readonly target: string;
  readonly log: Log;
  readonly againMs?: number;
}): Promise<() => Promise<void>> {
  // Loaded only where it is used: it brings an HTTP client of its own.
  const { SmeeClient } = await import('smee-client');
  // Whoever knows the channel's whole address can listen to it and write into it.
  const channel = new URL(url).origin;
  let stopped = false;
  let told: 'connected' | 'lost' | undefined;
  let timer: NodeJS.Timeout | undefined;
  let client = connect();

  function connect(): InstanceType<typeof SmeeClient> {
    // Forwarding is ours: smee-client's ends the process when the channel carries anything that is no delivery.
    const next = new SmeeClient({ source: url, target, logger: silent, forward: false });
    next.onopen = () => {
      if (told !== 'connected') log.info({ channel }, 'the webhook channel is connected');
      told = 'connected';
    };
    next.onmessage = ({ data }) => void forwardDelivery({ data, target, log });
    next.onerror = ({ message }) => {
      if (stopped) return;
      if (told !== 'lost') {
        log.warn(
          { channel, reason: message },
          'the webhook channel cannot be reached, and is tried again by itself: check WEBHOOK_PROXY_URL, and redeliver on GitHub what was missed',
        );
      }
      told = 'lost';
      clearTimeout(timer);
      timer = setTimeout(() => {
        client = connect();
      }, againMs);
      // It tries again by itself after some failures and gives up after others: one rule for all is ours.
      setImmediate(() => next.stop());
    };
    // The first failure also rejects here; onerror has told it.
    next.start().catch(() => undefined);
    return next;
  }

  return async () => {
    stopped = true;
    clearTimeout(timer);
    await client.stop();
  };
}
