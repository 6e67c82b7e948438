import { once } from 'node:events';
import {
  createServer as createHttpServer,
  type IncomingMessage,
  type RequestListener,
  request as requestHttp,
  type ServerResponse,
} from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Certificate } from './certificates.ts';

export type Exchange = {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
};

export type Front = {
  /** `127.0.0.1:43210` */
  readonly address: string;
  readonly url: string;
  readonly port: number;
  /** Everything that was asked of it, oldest first. */
  readonly exchanges: readonly Exchange[];
  stop(): Promise<void>;
};

export type FrontOptions = {
  /** Address of the registry behind it; without one everything must be answered by `answer`. */
  readonly target?: string;
  readonly tls?: Certificate;
  /** True when it has dealt with the request (or leaves it unanswered on purpose); else the target answers. */
  answer?(exchange: Exchange, response: ServerResponse): boolean;
};

/** A server in front of a registry that meddles with some of its answers. */
export async function startFront(options: FrontOptions): Promise<Front> {
  const exchanges: Exchange[] = [];
  const listener: RequestListener = (incoming, response) => {
    const { method = '', url = '', headers } = incoming;
    const exchange = { method, path: url, headers };
    exchanges.push(exchange);
    if (options.answer?.(exchange, response)) {
      incoming.resume();
      return;
    }
    const [host, port] = (options.target ?? '').split(':');
    const onward = requestHttp({ host, port, method, path: url, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    incoming.pipe(onward);
  };
  const server = options.tls
    ? createHttpsServer({ cert: options.tls.cert, key: options.tls.key }, listener)
    : createHttpServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  server.unref();
  const { port } = server.address() as AddressInfo;
  const address = `127.0.0.1:${port}`;
  return {
    address,
    url: `${options.tls ? 'https' : 'http'}://${address}`,
    port,
    exchanges,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
