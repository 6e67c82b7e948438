import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Log } from '../log.ts';
import type { Settings } from '../settings.ts';
import { answer } from './answer.ts';
import { answers } from './answers.ts';
import { defaultLimits, type Limits } from './limits.ts';
import { listen } from './listen.ts';

export type HttpOptions = {
  readonly settings: Pick<Settings, 'host' | 'port'>;
  /** What is posted to the webhook route. */
  readonly deliveries: (req: IncomingMessage, res: ServerResponse, limits: Limits) => unknown;
  /** Everything that is no delivery. */
  readonly web: (req: IncomingMessage, res: ServerResponse) => unknown;
  readonly log: Log;
  readonly limits?: Partial<Limits>;
};

export type RunningServer = {
  readonly port: number;
  /** Stops accepting, and waits for the answers that are under way, at most `graceMs` milliseconds. */
  close(options: { readonly graceMs: number }): Promise<void>;
};

const webhookPath = /^\/api\/github\/webhooks\/?(\?|$)/;

/**
 * An HTTP server that bears no more than its limits: deliveries to one side, everything else to the other.
 *
 * @throws {SlipwayError} `bad-settings` when the address cannot be listened on
 */
export async function serveHttp({ settings, deliveries, web, log, ...rest }: HttpOptions): Promise<RunningServer> {
  const limits = { ...defaultLimits, ...rest.limits };
  let closing = false;

  const server = createServer({
    headersTimeout: limits.headersMs,
    // Ours come first and answer with a sentence; this one holds for what never gets as far.
    requestTimeout: limits.headersMs + limits.bodyMs + limits.lingerMs,
    connectionsCheckingInterval: Math.min(1000, limits.headersMs / 4),
    keepAliveTimeout: limits.keepAliveMs,
  });

  const route = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    res.once('close', () => {
      if (closing) server.closeIdleConnections();
    });
    try {
      if (webhookPath.test(req.url ?? '')) await deliveries(req, res, limits);
      else {
        if (req.headers.expect !== undefined) res.writeContinue();
        await web(req, res);
      }
    } catch (error) {
      log.error({ err: error, method: req.method }, 'request failed');
      answer(req, res, answers.broken, limits.lingerMs);
    }
  };
  // A sender that asks first (`Expect: 100-continue`) is refused before it sends the body.
  server.on('request', route).on('checkContinue', route);

  const port = await listen(server, settings);
  return {
    port,
    close: ({ graceMs }) =>
      new Promise((resolve) => {
        closing = true;
        const force = setTimeout(() => server.closeAllConnections(), graceMs);
        server.close(() => {
          clearTimeout(force);
          resolve();
        });
      }),
  };
}
