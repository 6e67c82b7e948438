import { once } from 'node:events';
import { chmod, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { json } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { SlipwayError } from '../errors.ts';
import type { Log } from '../log.ts';
import { adminSocket } from './admin-socket.ts';

/** What a command may ask the running server for: a value, or a stream of bytes. */
export type AdminVerb = (question: unknown) => Promise<Readable | object>;

export type AdminVerbs = Readonly<Record<string, AdminVerb>>;

type Options = { readonly dataDir: string; readonly verbs: AdminVerbs; readonly log: Log };

/**
 * Listens on `DATA_DIR/admin.sock` for commands on this machine, because the embedded store belongs to one process.
 * Only the server's own user gets through to it.
 *
 * @returns stops it
 */
export async function serveAdmin({ dataDir, verbs, log }: Options): Promise<() => Promise<void>> {
  const file = adminSocket(dataDir);
  if (file === undefined) {
    log.warn({ dataDir }, 'commands cannot reach this server: the path of DATA_DIR is too long for a socket');
    return async () => undefined;
  }
  const server = createServer((request, response) => {
    answer(verbs, request, response).catch((error: unknown) => {
      log.warn({ err: error, verb: request.url }, 'a command was not answered');
      response.destroy();
    });
  });
  // The store's folder is ours alone by now: what is there was left by a server that was killed.
  await rm(file, { force: true });
  const mask = process.umask(0o177);
  try {
    server.listen(file);
  } finally {
    process.umask(mask);
  }
  await once(server, 'listening');
  await chmod(file, 0o600);
  return async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
}

async function answer(verbs: AdminVerbs, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const name = (request.url ?? '').slice(1);
  const verb = Object.hasOwn(verbs, name) ? verbs[name] : undefined;
  if (verb === undefined || request.method !== 'POST') {
    request.resume();
    return tell(response, 404, {
      message: `The running server knows no command \`${name}\`: it is of another version.`,
    });
  }
  try {
    const result = await verb(await json(request));
    if (!('pipe' in result)) return tell(response, 200, result);
    response.writeHead(200, { 'content-type': 'application/octet-stream' });
    await pipeline(result, response);
  } catch (error) {
    if (response.headersSent || !(error instanceof SlipwayError)) throw error;
    tell(response, 422, { code: error.code, message: error.message, help: error.help });
  }
}

function tell(response: ServerResponse, status: number, value: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}
