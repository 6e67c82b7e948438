import { once } from 'node:events';
import { connect } from 'node:net';
import type { TestContext } from 'node:test';
import { createMetrics, type Metrics } from '../../src/metrics.ts';
import type { Limits } from '../../src/receive/limits.ts';
import { startServer } from '../../src/receive/start-server.ts';
import type { Delivery, Webhooks } from '../../src/receive/take-delivery.ts';
import { type LogLine, memoryLog } from './memory-log.ts';
import { webhookSecret } from './sign-delivery.ts';

export type FrontDoor = {
  readonly port: number;
  /** Address of the webhook route. */
  readonly url: string;
  readonly taken: Delivery[];
  readonly lines: readonly LogLine[];
  logText(): string;
  close(options: { graceMs: number }): Promise<void>;
};

/** The real server on a free port, closed with the test. */
export async function openFrontDoor(
  t: Pick<TestContext, 'after'>,
  given: {
    webhooks?: Webhooks;
    web?: Parameters<typeof startServer>[0]['web'];
    limits?: Partial<Limits>;
    metrics?: Metrics;
  } = {},
): Promise<FrontDoor> {
  const taken: Delivery[] = [];
  const { log, lines, text } = memoryLog();
  const server = await startServer({
    settings: { host: '127.0.0.1', port: 0, webhookSecret },
    webhooks: async (delivery) => {
      taken.push(delivery);
      await given.webhooks?.(delivery);
    },
    web: given.web ?? ((_req, res) => res.writeHead(404).end('no such page')),
    log,
    metrics: given.metrics ?? createMetrics(),
    limits: { lingerMs: 200, ...given.limits },
  });
  t.after(() => server.close({ graceMs: 0 }));
  const url = `http://127.0.0.1:${server.port}/api/github/webhooks`;
  return { port: server.port, url, taken, lines, logText: text, close: server.close };
}

/** Speaks to a port byte by byte, and returns what came back when the other side has closed the connection. */
export async function speak(
  port: number,
  say: (write: (text: string | Buffer) => Promise<void>, closed: AbortSignal) => Promise<void>,
): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  const closed = new AbortController();
  let heard = '';
  socket.setEncoding('utf8').on('data', (text) => {
    heard += text;
  });
  const closing = new Promise<void>((resolve) => {
    // A reset is one way to be turned away; what was heard before counts.
    socket.on('error', () => undefined).once('close', () => resolve());
  });
  void closing.then(() => closed.abort());
  await say(async (text) => {
    if (socket.destroyed || socket.write(text)) return;
    await Promise.race([once(socket, 'drain', { signal: closed.signal }).catch(() => undefined), closing]);
  }, closed.signal);
  await closing;
  return heard;
}

/** The head of a raw request. */
export const rawHead = (headers: Readonly<Record<string, string>>): string =>
  `POST /api/github/webhooks HTTP/1.1\r\nhost: slipway\r\n${Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')}\r\n`;
