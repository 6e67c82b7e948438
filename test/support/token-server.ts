import { execFile } from 'node:child_process';
import { createPrivateKey, randomUUID, sign, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const service = 'registry of the tests';
const issuer = 'token server of the tests';

export type TokenServerOptions = {
  /** Seconds; default 300. Null leaves `expires_in` out of the answer. */
  readonly expiresIn?: number | null;
  /** The answer's key; default `token`. */
  readonly field?: 'token' | 'access_token';
  /** Actions that are never granted: `delete`. */
  readonly withheld?: readonly string[];
};

/** A token service as the Distribution project's token authentication specification has it. */
export type TokenServer = {
  readonly realm: string;
  readonly service: string;
  readonly issuer: string;
  /** PEM file of the certificate that its tokens are signed with. */
  readonly certificateFile: string;
  readonly credentials: { readonly username: string; readonly password: string };
  /** Every request for a token so far, oldest first. */
  readonly requests: readonly { readonly scopes: readonly string[]; readonly authorization: string | undefined }[];
  stop(): Promise<void>;
};

type Access = { readonly type: string; readonly name: string; readonly actions: readonly string[] };

function accessOf(scope: string, withheld: readonly string[]): Access {
  const parts = scope.split(':');
  const actions = (parts.at(-1) ?? '').split(',').filter((action) => !withheld.includes(action));
  return { type: parts[0] ?? '', name: parts.slice(1, -1).join(':'), actions };
}

/** Starts a token service on 127.0.0.1 that knows one user. */
export async function startTokenServer(options: TokenServerOptions = {}): Promise<TokenServer> {
  const folder = await mkdtemp(path.join(tmpdir(), 'slipway-tokens-'));
  const [keyFile, certificateFile] = [path.join(folder, 'key.pem'), path.join(folder, 'cert.pem')];
  await run('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'],
    ...['-keyout', keyFile, '-out', certificateFile, '-subj', '/CN=tokens'],
  ]);
  const key = createPrivateKey(await readFile(keyFile, 'utf8'));
  const chain = new X509Certificate(await readFile(certificateFile)).raw.toString('base64');
  const credentials = { username: 'slipway', password: 'token:password' };
  const allowed = `Basic ${Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64')}`;
  const requests: { scopes: readonly string[]; authorization: string | undefined }[] = [];

  const tokenFor = (access: readonly Access[]): string => {
    const now = Math.floor(Date.now() / 1000);
    const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const claims = {
      ...{ iss: issuer, sub: credentials.username, aud: service, jti: randomUUID(), access },
      ...{ iat: now, nbf: now - 10, exp: now + (options.expiresIn ?? 300) },
    };
    const signed = `${part({ typ: 'JWT', alg: 'ES256', x5c: [chain] })}.${part(claims)}`;
    return `${signed}.${sign('sha256', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
  };

  const server = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? '/', 'http://tokens');
    const { authorization } = request.headers;
    const scopes = searchParams.getAll('scope');
    requests.push({ scopes, authorization });
    response.setHeader('content-type', 'application/json');
    if (authorization !== allowed || searchParams.get('service') !== service) {
      response.writeHead(401).end(JSON.stringify({ details: 'incorrect username or password' }));
      return;
    }
    const token = tokenFor(scopes.map((scope) => accessOf(scope, options.withheld ?? [])));
    const expiry = options.expiresIn === null ? {} : { expires_in: options.expiresIn ?? 300 };
    response.end(JSON.stringify({ [options.field ?? 'token']: token, ...expiry }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  server.unref();
  const { port } = server.address() as AddressInfo;

  return {
    realm: `http://127.0.0.1:${port}/token`,
    service,
    issuer,
    certificateFile,
    credentials,
    requests,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true, force: true });
    },
  };
}
