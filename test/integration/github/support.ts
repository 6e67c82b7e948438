import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { Probot, ProbotOctokit } from 'probot';
import { type GitHubOptions, type GitHubStandIn, startGitHub } from '../../github/start-github.ts';

export type Octokit = InstanceType<typeof ProbotOctokit>;

/** A stand-in that ends with the test. */
export async function startForTest(test: TestContext, options: GitHubOptions = {}): Promise<GitHubStandIn> {
  const github = await startGitHub(options);
  test.after(() => github.stop());
  return github;
}

// Tries and pauses would only make a test slow, and hide how often a route was called.
const ImpatientOctokit = ProbotOctokit.defaults((options: object) => ({
  ...options,
  retry: { enabled: false },
  throttle: { enabled: false },
}));

function probotFor(github: GitHubStandIn): Probot {
  return new Probot({
    appId: github.appId,
    privateKey: github.privateKey,
    secret: github.webhookSecret,
    baseUrl: github.apiUrl,
    logLevel: 'fatal',
    Octokit: ImpatientOctokit,
  });
}

/** Octokit as Probot gives it to an App, for one installation. */
export function octokitFor(github: GitHubStandIn, installationId: number | undefined): Promise<Octokit> {
  return probotFor(github).auth(installationId);
}

/** Octokit for the App itself, by its JSON web token. */
export function octokitForApp(github: GitHubStandIn): Promise<Octokit> {
  return probotFor(github).auth();
}

/** A token for an installation, to be used without octokit. */
export async function tokenFor(github: GitHubStandIn, installationId: number | undefined): Promise<string> {
  const app = await octokitForApp(github);
  const { data } = await app.rest.apps.createInstallationAccessToken({ installation_id: installationId ?? 0 });
  return data.token;
}

/** The status that a failing call was answered with. */
export async function statusOf(call: Promise<unknown>): Promise<number | undefined> {
  try {
    await call;
    return undefined;
  } catch (error) {
    return error instanceof Error && 'status' in error && typeof error.status === 'number' ? error.status : 0;
  }
}

type Received = { readonly event: string; readonly headers: NodeJS.Dict<string | string[]>; readonly body: Buffer };

/** A receiver of webhooks that keeps what it gets. */
export async function startReceiver(test: TestContext, answer: () => number | 'hang' = () => 200) {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const event = String(request.headers['x-github-event']);
    received.push({ event, headers: request.headers, body: Buffer.concat(chunks) });
    const status = answer();
    if (status !== 'hang') response.writeHead(status).end('said so');
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  test.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`, received };
}
