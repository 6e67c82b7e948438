import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, describe, it, type TestContext } from 'node:test';
import { type GitHubStandIn, startGitHub } from '../github/start-github.ts';
import { makeAuthority } from '../support/certificates.ts';
import { inspectImage } from '../support/look-into-image.ts';
import { dockerfile, orders, settledPull } from '../support/orders.ts';
import { registryAddress } from '../support/parts.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { startRegistry } from '../support/registries.ts';
import { startTestSlipway, type TestOptions, type TestSlipway } from '../support/start-test-slipway.ts';
import { until } from '../support/until.ts';

// A database of an engine that runs is there at once; an embedded one takes seconds to make.
let postgres: TestPostgres;
before(async () => {
  postgres = await startPostgres();
});
after(() => postgres?.stop());

async function start(
  test: TestContext,
  options: TestOptions = {},
): Promise<{ github: GitHubStandIn; slipway: TestSlipway }> {
  const github = await startGitHub();
  test.after(() => github.stop());
  const environment = { DATABASE_URL: await postgres.database(), ...options.environment };
  const slipway = await startTestSlipway(github, { ...options, environment });
  test.after(() => slipway.stop());
  return { github, slipway };
}

async function mergeOne(
  github: GitHubStandIn,
  given: { files?: Record<string, string>; title?: string; labels?: string[] } = {},
) {
  const repository = await orders(github, { files: given.files ?? {} });
  const { title = 'One', labels = ['version:1.0.0'] } = given;
  const pull = await repository.openPullRequest({ title, files: { a: '1' }, labels });
  await repository.merge(pull.number);
  return { repository, number: pull.number, verdict: () => settledPull(repository, pull.number) };
}

/** An address of this machine that nobody listens on. */
async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

type Case = {
  readonly what: string;
  environment?(test: TestContext): Promise<Record<string, string>>;
  readonly files?: Record<string, string>;
  readonly says: RegExp;
};

/** Faults that a merge meets on its way, and what people are told. */
const cases: readonly Case[] = [
  {
    what: 'a registry that is down',
    environment: async () => ({ REGISTRY: `127.0.0.1:${await closedPort()}` }),
    says: /registry/i,
  },
  {
    what: 'a registry that refuses our password',
    async environment(test) {
      const registry = await startRegistry({ auth: 'basic' });
      test.after(() => registry.stop());
      return { REGISTRY: registry.address, REGISTRY_USERNAME: 'slipway', REGISTRY_PASSWORD: 'wrong-but-secret' };
    },
    says: /refused the account slipway/,
  },
  {
    what: 'a registry whose authority is another one',
    async environment(test) {
      const [one, other] = [await makeAuthority(), await makeAuthority()];
      test.after(() => Promise.all([one.remove(), other.remove()]));
      const registry = await startRegistry({ tls: await one.issue(['IP:127.0.0.1']) });
      test.after(() => registry.stop());
      return { REGISTRY: registry.address, REGISTRY_CA_FILE: other.caFile };
    },
    says: /authority|certificate/,
  },
  {
    what: 'a repository without the Dockerfile that it names',
    files: { '.github/slipway.yml': 'services: [{ path: ., dockerfile: other.Dockerfile }]\n' },
    says: /other\.Dockerfile/,
  },
  {
    what: 'a COPY of a file that .dockerignore leaves out',
    files: { '.dockerignore': 'secret\n', secret: '1', Dockerfile: dockerfile('COPY secret /') },
    says: /dockerignore/,
  },
];

describe('a merge that cannot be published', { concurrency: 3 }, () => {
  for (const { what, environment, files, says } of cases) {
    it(`ends in a verdict that says why: ${what}`, async (test) => {
      const given = (await environment?.(test)) ?? {};
      const { github, slipway } = await start(test, { environment: given });
      const { repository, verdict } = await mergeOne(github, { files: files ?? {} });
      const { checks, comment } = await verdict();
      assert.ok(checks.every(({ conclusion }) => conclusion === 'failure'));
      assert.match(comment.body, says);
      assert.match(comment.body, /What to do next/);
      const password = given.REGISTRY_PASSWORD;
      if (password !== undefined) assert.ok(![...slipway.logLines, comment.body].join('').includes(password));
      await assert.rejects(inspectImage(`${given.REGISTRY ?? registryAddress()}/${repository.service}:1.0.0`));
      github.assertNoViolations();
    });
  }

  it('is planned again when GitHub answers 502 first, and published', async (test) => {
    const { github } = await start(test, { tries: 3 });
    github.inject({ path: /tarball/, times: 1, fault: { status: 502 } });
    const { verdict } = await mergeOne(github);
    const { checks } = await verdict();
    assert.ok(checks.every(({ conclusion }) => conclusion === 'success'));
  });

  it('is published from a whole archive when the first one breaks off', async (test) => {
    const { github } = await start(test, { tries: 3 });
    github.inject({ path: /legacy\.tar\.gz/, times: 1, fault: 'truncate' });
    const { verdict } = await mergeOne(github);
    const { checks } = await verdict();
    assert.ok(checks.every(({ conclusion }) => conclusion === 'success'));
  });

  it('is told later when GitHub takes no report at first, and stays published', async (test) => {
    const { github } = await start(test);
    github.inject({ method: 'POST', path: /check-runs$/, times: 2, fault: { status: 503 } });
    github.inject({ method: 'POST', path: /comments$/, times: 1, fault: 'drop' });
    const { repository, number, verdict } = await mergeOne(github);
    const { checks } = await verdict();
    assert.ok(checks.every(({ conclusion }) => conclusion === 'success'));
    assert.equal(repository.comments(number).length, 1);
  });

  it('leaves nothing behind when its repository is gone', async (test) => {
    const { github, slipway } = await start(test);
    const repository = await orders(github);
    const pull = await repository.openPullRequest({ title: 'Gone', files: { a: '1' }, labels: ['1.0.0'] });
    await repository.merge(pull.number, { deliver: false });
    const webhook = repository.payload(pull.number);
    repository.remove();
    const delivery = await github.send(webhook);
    assert.equal(delivery?.statusCode, 200);
    await until('the plan says that it is gone', () => slipway.logLines.join('').includes('"plan":"refused"'));
    await assert.rejects(inspectImage(`${registryAddress()}/${repository.service}:1.0.0`));
    await until('the report is given up', () => slipway.logLines.join('').includes('no report of this merge'));
  });
});
