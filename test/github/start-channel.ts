import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A smee channel: webhooks posted to `url` go to everybody who listens there. */
export type Channel = { readonly url: string; readonly listeners: () => number; stop(): Promise<void> };

/** smee.io's own limit. */
const largestBody = 1024 * 1024;
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The status that smee.io gives to a body, and the object in it. */
function judge(request: IncomingMessage, bytes: Buffer): { readonly status: number; readonly body?: unknown } {
  if (bytes.length > largestBody) return { status: 413 };
  if (!uuid.test(String(request.headers['x-github-delivery'] ?? ''))) return { status: 400 };
  try {
    const body: unknown = JSON.parse(bytes.toString('utf8'));
    return typeof body === 'object' && body !== null ? { status: 200, body } : { status: 400 };
  } catch {
    return { status: 400 };
  }
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** A channel server over server-sent events that does to webhooks what smee.io does: the body is parsed, and sent on as an object. */
export async function startChannel(): Promise<Channel> {
  const listeners = new Map<ServerResponse, string>();
  let sent = 0;
  const listen = (path: string, response: ServerResponse) => {
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache' });
    response.write(`id: ${sent++}\nevent: ready\ndata: {}\n\n`);
    listeners.set(response, path);
    response.on('close', () => listeners.delete(response));
  };
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://channel');
    if (pathname === '/new') {
      const location = `http://${request.headers.host}/${randomBytes(12).toString('base64url')}`;
      response.writeHead(307, { Location: location }).end();
    } else if (request.method === 'POST') {
      const { status, body } = judge(request, await readBody(request));
      const event = { ...request.headers, body, query: Object.fromEntries(searchParams), timestamp: Date.now() };
      const everybody = status === 200 ? [...listeners].filter(([, path]) => path === pathname) : [];
      for (const [one] of everybody) one.write(`id: ${sent++}\ndata: ${JSON.stringify(event)}\n\n`);
      response.writeHead(status).end();
    } else if (request.headers.accept === 'text/event-stream') {
      listen(pathname, response);
    } else {
      response.writeHead(200, { 'Content-Type': 'text/html' }).end('<h1>A channel</h1>');
    }
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/${randomBytes(12).toString('base64url')}`,
    listeners: () => listeners.size,
    stop() {
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      server.closeAllConnections();
      return closed.promise;
    },
  };
}
