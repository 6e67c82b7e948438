import { randomUUID } from 'node:crypto';
import { performServerHandshake, type ServerHttp2Stream } from 'node:http2';
import type { Duplex } from 'node:stream';
import protobuf from 'protobufjs/light.js';
import type { Engine } from './connect-engine.ts';
import { explainEngineError } from './explain-engine-error.ts';

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
const serving = 1;
const unimplemented = '12';
const credentialsPath = '/moby.filesync.v1.Auth/Credentials';

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

/** One gRPC call: a body behind five bytes of length, and the status in the trailers (grpc.io, "gRPC over HTTP2"). */
function serve(stream: ServerHttp2Stream, path: string, credentials: PullCredentials | undefined): void {
  const chunks: Buffer[] = [];
  stream.on('error', () => stream.destroy());
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  stream.on('end', () => {
    const body = answer(path, Buffer.concat(chunks).subarray(5), credentials);
    const head = { ':status': 200, 'content-type': 'application/grpc' };
    if (body === undefined) {
      stream.respond({ ...head, 'grpc-status': unimplemented }, { endStream: true });
      return;
    }
    const prefix = Buffer.alloc(5);
    prefix.writeUInt32BE(body.length, 1);
    stream.respond(head, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    stream.end(Buffer.concat([prefix, body]));
  });
}

/**
 * Opens the session that BuildKit needs for registries that ask who we are. dockerode's own answers no health check,
 * so the engine ends it after seconds, and it gives one password to every registry that a Dockerfile names.
 */
export async function openSession(engine: Engine, credentials: PullCredentials | undefined): Promise<Session> {
  const id = randomUUID();
  const socket = await new Promise<Duplex>((resolve, reject) => {
    const headers = {
      Upgrade: 'h2c',
      'X-Docker-Expose-Session-Uuid': id,
      'X-Docker-Expose-Session-Name': 'slipway',
      'X-Docker-Expose-Session-Grpc-Method': credentialsPath,
    };
    const call = { method: 'POST', path: '/session', hijack: true, headers, statusCodes: { 200: true } };
    engine.docker.modem.dial(call, (error: unknown, upgraded: unknown) =>
      error ? reject(explainEngineError(error, 'opening a session')) : resolve(upgraded as Duplex),
    );
  });
  const session = performServerHandshake(socket);
  session.on('stream', (stream, head) => serve(stream, String(head[':path']), credentials));
  // A session that breaks ends the engine's questions; what that means shows in the build's own answer.
  session.on('error', () => session.destroy());
  socket.on('error', () => session.destroy());
  return {
    id,
    close() {
      session.destroy();
      socket.destroy();
    },
  };
}
