import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { Probot, type ProbotOctokit } from 'probot';
import type { GitHubOptions, GitHubStandIn } from '../../github/github-stand-in.ts';
import { startGitHub } from '../../github/start-github.ts';

type Octokit = InstanceType<typeof ProbotOctokit>;

/** A stand-in that ends with the test, and fails it for every exchange that GitHub would not have had. */
export async function startForTest(test: TestContext, options: GitHubOptions = {}): Promise<GitHubStandIn> {
  const github = await startGitHub(options);
  test.after(() => github.stop());
  return github;
}

function probotFor(github: GitHubStandIn): Probot {
  return new Probot({
    appId: github.appId,
    privateKey: github.privateKey,
    secret: github.webhookSecret,
    baseUrl: github.apiUrl,
    logLevel: 'fatal',
  });
}

/** Octokit as Probot gives it to an App, for one installation. Retries and throttling would only slow a test down. */
export function octokitFor(github: GitHubStandIn, installationId: number): Promise<Octokit> {
  return probotFor(github).auth(installationId);
}

/** Octokit for the App itself, by its JSON web token. */
export function octokitForApp(github: GitHubStandIn): Promise<Octokit> {
  return probotFor(github).auth();
}

export type Received = { readonly headers: NodeJS.Dict<string | string[]>; readonly body: Buffer };

/** A receiver of webhooks that keeps what it gets. */
export async function startReceiver(test: TestContext, answer: () => number | 'hang' = () => 200) {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    received.push({ headers: request.headers, body: Buffer.concat(chunks) });
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
