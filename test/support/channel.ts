import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Channel = {
  /** Address to subscribe to. */
  readonly url: string;
  readonly listeners: ReadonlySet<ServerResponse>;
  /** Sends what a delivery was: its headers in lower case, its JSON under `body`. */
  deliver(headers: Readonly<Record<string, string>>, body: unknown): void;
  /** Sends any text as a message. */
  say(text: string): void;
  close(): Promise<void>;
};

/** A channel as smee.io has them: deliveries go out to its listeners as server-sent events. */
export async function openChannel(port = 0, status = () => 200): Promise<Channel> {
  const listeners = new Set<ServerResponse>();
  const server: Server = createServer((_req, res) => {
    if (status() !== 200) {
      res.writeHead(status()).end();
      return;
    }
    res.writeHead(200, { 'content-type': 'text/event-stream' }).write('retry: 20\nevent: ready\ndata: {}\n\n');
    listeners.add(res);
    res.once('close', () => listeners.delete(res));
  }).listen(port, '127.0.0.1');
  await once(server, 'listening');
  const say = (text: string) => {
    for (const listener of listeners) listener.write(`data: ${text}\n\n`);
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/channel-of-the-tests`,
    listeners,
    say,
    deliver: (headers, body) => say(JSON.stringify({ host: 'smee.io', ...headers, body, query: {}, timestamp: 1 })),
    async close() {
      server.close();
      server.closeAllConnections();
      if (server.listening) await once(server, 'close');
    },
  };
}
