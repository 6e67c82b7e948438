import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { State } from '../state.ts';

export type Handle = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

export type Listening = { readonly origin: string; close(): Promise<void> };

/** Serves on a free port. A handler that fails is a fault of the stand-in: seen in the violations, answered with 500. */
export async function listen(state: State, handle: Handle, host = '127.0.0.1'): Promise<Listening> {
  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      if (state.stopped.signal.aborted || response.destroyed) return;
      state.violations.push({ call: `${request.method} ${request.url}`, problem: `the stand-in failed: ${error}` });
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.on('error', reject);
  server.listen(0, host, resolve);
  await promise;
  return {
    origin: `http://${host}:${(server.address() as AddressInfo).port}`,
    close() {
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      server.closeAllConnections();
      return closed.promise;
    },
  };
}
