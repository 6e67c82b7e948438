import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type GitHubStandIn, startGitHub } from '../github/start-github.ts';
import { inspectImage } from '../support/look-into-image.ts';
import { mergeChecks, orders, settledPull } from '../support/orders.ts';
import { registryAddress } from '../support/parts.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { startTestSlipway, type TestSlipway } from '../support/start-test-slipway.ts';
import { until } from '../support/until.ts';

let postgres: TestPostgres;
before(async () => {
  postgres = await startPostgres();
});
after(() => postgres?.stop());

type Repository = Awaited<ReturnType<typeof orders>>;

async function merged(repository: Repository, version: string, deliver: boolean) {
  const files = { [`file-${version}`]: version };
  const pull = await repository.openPullRequest({ title: version, files, labels: [version], deliver });
  await repository.merge(pull.number, { deliver });
  return pull.number;
}

const published = async (repository: Repository, number: number) => {
  const { checks } = await settledPull(repository, number);
  assert.ok(checks.every(({ conclusion }) => conclusion === 'success'));
};

/** Says that a repository's mark has been set. */
const swept = (slipway: TestSlipway, github: GitHubStandIn) =>
  until(
    'the sweep has been to the repositories',
    () => slipway.logLines.some((line) => line.includes('the sweep is over')) && github.requests.length > 0,
  );

describe('merges that no webhook told of', () => {
  it('are taken in when the server is back, in merge order, and each once', async (test) => {
    const github = await startGitHub();
    test.after(() => github.stop());
    const repository = await orders(github);
    const environment = { DATABASE_URL: await postgres.database() };
    const first = await startTestSlipway(github, { environment });
    await swept(first, github);
    await published(repository, await merged(repository, '1.0.0', true));
    await first.stop();

    const lost = [await merged(repository, '1.1.0', false), await merged(repository, '1.2.0', false)];
    const failed = await merged(repository, '1.3.0', true);
    const second = await startTestSlipway(github, { environment });
    test.after(() => second.stop());
    for (const number of [...lost, failed]) await published(repository, number);
    const taken = second.logLines.filter((line) => /planned acme/.test(line)).map((line) => /#(\d+)/.exec(line)?.[1]);
    assert.deepEqual(taken, [...lost, failed].map(String));
    for (const version of ['1.0.0', '1.1.0', '1.2.0', '1.3.0']) {
      await inspectImage(`${registryAddress()}/${repository.service}:${version}`);
    }
    assert.equal(repository.comments(lost[0] ?? 0).length, 1);
    github.assertNoViolations();
  });

  it('are delivered again by GitHub when their delivery has failed', async (test) => {
    const github = await startGitHub();
    test.after(() => github.stop());
    const repository = await orders(github);
    // Nobody listens there: the delivery fails, and GitHub keeps it.
    github.deliverTo('http://127.0.0.1:9/api/github/webhooks');
    const number = await merged(repository, '1.0.0', true);
    const environment = { DATABASE_URL: await postgres.database() };
    const slipway = await startTestSlipway(github, { environment });
    test.after(() => slipway.stop());
    await published(repository, number);
    assert.ok(
      github.deliveries.some(
        ({ event, redelivery, statusCode }) => event === 'pull_request' && redelivery && statusCode === 200,
      ),
    );
    github.assertNoViolations();
  });

  it('cost one conditional request for a repository in which nothing has changed', async (test) => {
    const github = await startGitHub();
    test.after(() => github.stop());
    const repository = await orders(github);
    const environment = { DATABASE_URL: await postgres.database() };
    const slipway = await startTestSlipway(github, { environment, sweepEvery: 300 });
    test.after(() => slipway.stop());
    const asked = () => github.requests.filter(({ route }) => route === '/repos/{owner}/{repo}/pulls');
    await until('a sweep finds nothing new', () => asked().some(({ status }) => status === 304));
    const number = await merged(repository, '1.0.0', false);
    await published(repository, number);
  });
});

describe('repositories', () => {
  it('that are out of reach end what waits, and do not spin', async (test) => {
    const github = await startGitHub();
    test.after(() => github.stop());
    const repository = await orders(github);
    const environment = { DATABASE_URL: await postgres.database(), DOCKER_HOST: 'unix:///nowhere/docker.sock' };
    const slipway = await startTestSlipway(github, { environment });
    test.after(() => slipway.stop());
    await merged(repository, '1.0.0', true);
    const page = await until('the build waits', async () => {
      const link = mergeChecks(repository).at(-1)?.details_url;
      return link?.replace('localhost', '127.0.0.1');
    });
    await github.suspend('acme');
    await until('the page says why', async () => /suspended/.test(await (await fetch(page)).text()));
  });
});
