import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { ProbotOctokit } from 'probot';
import type { GitHub } from '../../src/github.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** A server on a free port, gone after the test. */
export async function serve(t: Pick<TestContext, 'after'>, handler: Handler): Promise<string> {
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** An octokit as Probot makes it, with an installation's token; without its own tries where nobody asks for them. */
export function octokitFor(baseUrl: string, retry: object = { enabled: false }): GitHub {
  return new ProbotOctokit({
    auth: { token: 'ghs_secret' },
    baseUrl,
    throttle: { enabled: false },
    retry,
    log: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
  });
}

/** An octokit that tries again by itself, and a GitHub that is away; each request of it is written down. */
export async function awayGitHub(
  t: Pick<TestContext, 'after'>,
): Promise<{ readonly github: GitHub; readonly asked: readonly (string | undefined)[] }> {
  const asked: (string | undefined)[] = [];
  const base = await serve(t, (request, response) => {
    asked.push(request.url);
    response.writeHead(502).end();
  });
  return { github: octokitFor(base, { retryAfterBaseValue: 1 }), asked };
}

/** GitHub's two origins: the API answers 302 to the second, which sends the archive. */
export async function archiveServer(
  t: Pick<TestContext, 'after'>,
  send: Handler,
): Promise<{ readonly github: GitHub; readonly requests: { path: string; authorization: string | undefined }[] }> {
  const requests: { path: string; authorization: string | undefined }[] = [];
  const note = ({ url = '', headers }: IncomingMessage): void => {
    requests.push({ path: url, authorization: headers.authorization });
  };
  const archives = await serve(t, (request, response) => {
    note(request);
    response.setHeader('content-type', 'application/x-gzip');
    send(request, response);
  });
  const api = await serve(t, (request, response) => {
    note(request);
    response.writeHead(302, { location: `${archives}/archive.tar.gz?token=short-lived` }).end();
  });
  return { github: octokitFor(api), requests };
}
