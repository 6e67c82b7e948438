import { randomUUID } from 'node:crypto';
import {
  constants,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
  performServerHandshake,
  type ServerHttp2Stream,
} from 'node:http2';
import type { Duplex } from 'node:stream';
import protobuf from 'protobufjs/light.js';
import type { HeldContext, HeldEntry } from '../../context-entry.ts';
import type { Engine } from './connect-engine.ts';
import { explainEngineError } from './explain-engine-error.ts';
import { frameMessage, messageSplitter } from './grpc-messages.ts';
import { sendFiles } from './send-files.ts';

/** What opens one registry for base images. It is told for that registry's host alone. */
export type PullCredentials = { readonly host: string; readonly username: string; readonly password: string };

/** A connection over which BuildKit asks us things while it builds. */
export type Session = { readonly id: string; close(): void };

/** moby/buildkit session/auth/auth.proto and grpc health.proto, as far as they are answered. */
const messages = protobuf.Root.fromJSON({
  nested: {
    CredentialsRequest: { fields: { host: { type: 'string', id: 1 } } },
    CredentialsResponse: { fields: { username: { type: 'string', id: 1 }, secret: { type: 'string', id: 2 } } },
    HealthCheckResponse: { fields: { status: { type: 'int32', id: 1 } } },
  },
});
const ignoreFile = '.dockerignore';
/** Milliseconds. */
const patience = 30_000;
const serving = 1;
const unimplemented = '12';
const credentialsPath = '/moby.filesync.v1.Auth/Credentials';
const filesPath = '/moby.filesync.v1.FileSync/DiffCopy';

/** Docker Hub is asked for under this name. */
const hubHosts = new Set(['registry-1.docker.io', 'index.docker.io', 'docker.io', 'https://index.docker.io/v1/']);
const sameHost = (a: string, b: string): boolean => a === b || (hubHosts.has(a) && hubHosts.has(b));

function answer(path: string, body: Buffer, credentials: PullCredentials | undefined): Uint8Array | undefined {
  if (path === '/grpc.health.v1.Health/Check') {
    return messages.lookupType('HealthCheckResponse').encode({ status: serving }).finish();
  }
  if (path !== credentialsPath) return undefined;
  const { host } = messages.lookupType('CredentialsRequest').decode(body) as unknown as { host: string };
  const given = credentials && sameHost(host, credentials.host) ? credentials : undefined;
  const response = given ? { username: given.username, secret: given.password } : {};
  return messages.lookupType('CredentialsResponse').encode(response).finish();
}

/** What a handler throws, such as at bytes that are no message or a call that was given up, ends that call alone. */
function onEvent<Value>(stream: ServerHttp2Stream, event: 'data' | 'end', handle: (value: Value) => void): void {
  stream.on(event, (value: Value) => {
    try {
      handle(value);
    } catch (error) {
      stream.destroy(error as Error);
    }
  });
}

/** A gRPC call of one question; its status comes in the trailers. */
function serveAnswer(stream: ServerHttp2Stream, path: string, credentials: PullCredentials | undefined): void {
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  onEvent(stream, 'end', () => {
    const [question = Buffer.alloc(0)] = messageSplitter()(Buffer.concat(chunks));
    const body = answer(path, question, credentials);
    const head = { ':status': 200, 'content-type': 'application/grpc' };
    if (body === undefined) {
      stream.respond({ ...head, 'grpc-status': unimplemented }, { endStream: true });
      return;
    }
    stream.respond(head, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    stream.end(frameMessage(body));
  });
}

/**
 * The entries that BuildKit asks for: of a folder by its name, certain paths. More than it asked for does no harm, since
 * the build takes out of it what it names; so only the question whether there is an ignore file is answered by itself.
 */
function entriesFor(headers: IncomingHttpHeaders, { entries, definition }: HeldContext): readonly HeldEntry[] {
  if (headers['dir-name'] === 'dockerfile') return definition;
  if (headers.followpaths !== ignoreFile || headers['exclude-patterns'] !== undefined) return entries;
  const found = [...definition, ...entries].find(({ name }) => name === ignoreFile);
  if (found === undefined) return [];
  return found.kind === 'file' ? [found] : entries;
}

/** Never rejects: a context that cannot be made ends the build, and the session with it. */
async function serveFiles(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  context: Promise<HeldContext | undefined>,
): Promise<void> {
  const held = await context.catch(() => undefined);
  if (stream.destroyed) return;
  if (held === undefined) {
    stream.close(constants.NGHTTP2_REFUSED_STREAM);
    return;
  }
  const take = sendFiles(stream, entriesFor(headers, held));
  onEvent(stream, 'data', take);
}

/** A connection that the engine leaves to us. Until it is there, `signal` and the patience with the engine end the wait. */
async function upgraded(engine: Engine, headers: OutgoingHttpHeaders, signal: AbortSignal): Promise<Duplex> {
  const opening = new AbortController();
  const giveUp = (): void => opening.abort();
  const timer = setTimeout(giveUp, patience);
  signal.addEventListener('abort', giveUp, { once: true });
  if (signal.aborted) giveUp();
  try {
    return await new Promise<Duplex>((resolve, reject) => {
      const call = {
        method: 'POST',
        path: '/session',
        hijack: true,
        headers,
        abortSignal: opening.signal,
        statusCodes: { 200: true },
      };
      engine.docker.modem.dial(call, (error: unknown, socket: unknown) =>
        error ? reject(explainEngineError(error, 'opening a session')) : resolve(socket as Duplex),
      );
    });
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', giveUp);
  }
}

/**
 * Opens the session that BuildKit needs for registries that ask who we are. dockerode's own answers no health check,
 * so the engine ends it after seconds, and it gives one password to every registry that a Dockerfile names.
 *
 * @param context what is built, where BuildKit is to ask for its files one by one; known before the build begins
 * @param signal ends the wait for the engine; an open session it leaves alone
 * @throws {SlipwayError} `engine-unavailable`, `engine-lost`
 */
export async function openSession(
  engine: Engine,
  credentials: PullCredentials | undefined,
  context: Promise<HeldContext | undefined>,
  signal: AbortSignal,
): Promise<Session> {
  const id = randomUUID();
  const headers = {
    Upgrade: 'h2c',
    'X-Docker-Expose-Session-Uuid': id,
    'X-Docker-Expose-Session-Name': 'slipway',
    // The engine keeps files under this name, and would the next time ask only for those with another size or time.
    'X-Docker-Expose-Session-Sharedkey': id,
    'X-Docker-Expose-Session-Grpc-Method': [credentialsPath, filesPath],
  };
  const socket = await upgraded(engine, headers, signal);
  const session = performServerHandshake(socket);
  // What the socket holds already is handed to the session on the next tick, which no catch is behind: it has to live then.
  const begun = new Promise<void>((resolve) => process.nextTick(resolve));
  session.on('stream', (stream, headers) => {
    const path = String(headers[':path']);
    stream.on('error', () => stream.destroy());
    if (path === filesPath) void serveFiles(stream, headers, context);
    else serveAnswer(stream, path, credentials);
  });
  // A session that breaks ends the engine's questions; what that means shows in the build's own answer.
  session.on('error', () => session.destroy());
  socket.on('error', () => session.destroy());
  await begun;
  return {
    id,
    close() {
      session.destroy();
      socket.destroy();
    },
  };
}
