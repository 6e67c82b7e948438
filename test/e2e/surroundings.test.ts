import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { describe, it, type TestContext } from 'node:test';
import { promisify } from 'node:util';
import { startChannel } from '../github/start-channel.ts';
import { type GitHubOptions, type GitHubStandIn, startGitHub } from '../github/start-github.ts';
import { makeAuthority } from '../support/certificates.ts';
import { inspectImage } from '../support/look-into-image.ts';
import { dockerfile, orders, settledPull } from '../support/orders.ts';
import { registryAddress } from '../support/parts.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { startRegistry } from '../support/registries.ts';
import { startTestSlipway, type TestOptions, type TestSlipway } from '../support/start-test-slipway.ts';
import { until } from '../support/until.ts';

const run = promisify(execFile);

/** A stand-in for GitHub and a server for one test, which ends both. */
async function start(
  test: TestContext,
  options: TestOptions & { github?: GitHubOptions } = {},
): Promise<{ github: GitHubStandIn; slipway: TestSlipway }> {
  const github = await startGitHub(options.github);
  test.after(() => github.stop());
  const slipway = await startTestSlipway(github, options);
  test.after(() => slipway.stop());
  return { github, slipway };
}

/** Merges a pull request of a small service and waits for its verdict. */
async function mergeOne(github: GitHubStandIn, files: Record<string, string> = {}) {
  const repository = await orders(github, { files });
  const pull = await repository.openPullRequest({ title: 'One', files: { a: '1' }, labels: ['version:1.0.0'] });
  const { mergeCommit } = await repository.merge(pull.number);
  const { checks, comment } = await settledPull(repository, pull.number);
  github.assertNoViolations();
  return { repository, mergeCommit, checks, comment };
}

const assertPublished = (checks: readonly { conclusion: string | null; output: { summary: string | null } }[]) => {
  for (const { conclusion, output } of checks) assert.equal(conclusion, 'success', output.summary ?? '');
};

describe('the main job in other surroundings', { concurrency: 2 }, () => {
  it('publishes from GitHub Enterprise Server, whose API has a path of its own', async (test) => {
    const { github } = await start(test, { github: { basePath: '/api/v3' } });
    const { repository, checks } = await mergeOne(github);
    assertPublished(checks);
    assert.ok(github.requests.every(({ path }) => !path.startsWith('/repos/')));
    await inspectImage(`${registryAddress()}/${repository.service}:1.0.0`);
  });

  it('publishes with the classic builder', async (test) => {
    const { github, slipway } = await start(test, { environment: { DOCKER_BUILDKIT: '0' } });
    const { repository, checks } = await mergeOne(github, {
      Dockerfile: dockerfile('WORKDIR /srv', 'COPY . .', 'RUN echo classic > made'),
    });
    assertPublished(checks);
    assert.match(checks[0]?.output.text ?? '', /Step|RUN echo classic/);
    await inspectImage(`${registryAddress()}/${repository.service}:1.0.0`);
    assert.ok(slipway.logLines.length > 0);
  });

  it('publishes to a private registry with TLS and a password, below a prefix', async (test) => {
    const authority = await makeAuthority();
    test.after(() => authority.remove());
    const registry = await startRegistry({ auth: 'basic', tls: await authority.issue(['IP:127.0.0.1']) });
    test.after(() => registry.stop());
    const { username = '', password = '' } = registry.credentials ?? {};
    const { github, slipway } = await start(test, {
      environment: {
        REGISTRY: `${registry.address}/team/one`,
        REGISTRY_USERNAME: username,
        REGISTRY_PASSWORD: password,
        REGISTRY_CA_FILE: authority.caFile,
      },
    });
    const { repository, checks, comment } = await mergeOne(github);
    assertPublished(checks);
    const reference = `${registry.address}/team/one/${repository.service}:1.0.0`;
    assert.ok(comment.body.includes(`docker pull ${reference}`));
    const { stdout } = await run('skopeo', [
      ...['inspect', '--tls-verify=false', '--creds', `${username}:${password}`, `docker://${reference}`],
    ]);
    assert.ok(comment.body.includes(JSON.parse(stdout).Digest));
    const said = [...slipway.logLines, comment.body, JSON.stringify(checks)].join('\n');
    assert.ok(!said.includes(password), 'the password was told');
  });

  it('publishes what reaches it through a smee channel', async (test) => {
    const channel = await startChannel();
    test.after(() => channel.stop());
    const { github } = await start(test, { deliver: false, environment: { WEBHOOK_PROXY_URL: channel.url } });
    await until('the server listens to the channel', () => channel.listeners() === 1);
    github.deliverTo(channel.url);
    const { checks } = await mergeOne(github);
    assertPublished(checks);
  });

  it('publishes with its rows in PostgreSQL', async (test) => {
    const postgres: TestPostgres = await startPostgres();
    test.after(() => postgres.stop());
    const { github } = await start(test, { environment: { DATABASE_URL: await postgres.database() } });
    const { checks } = await mergeOne(github);
    assertPublished(checks);
  });
});
