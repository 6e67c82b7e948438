import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it, type TestContext } from 'node:test';
import { openStore } from '../../../src/store/open-store.ts';
import type { AwsStandIn } from '../../aws/start-aws.ts';
import { accountId, type Image } from '../../aws/state.ts';
import { type GitHubStandIn, startGitHub } from '../../github/start-github.ts';
import { amiOrders, region, shell, startCloud, template } from '../../support/ami.ts';
import { memoryLog } from '../../support/memory-log.ts';
import { mergeChecks, settledPull } from '../../support/orders.ts';
import { startPostgres, type TestPostgres } from '../../support/postgres.ts';
import { endServer, startServerProcess } from '../../support/server-process.ts';
import { startTestSlipway, type TestSlipway } from '../../support/start-test-slipway.ts';
import { until } from '../../support/until.ts';

let postgres: TestPostgres;
let cloud: Awaited<ReturnType<typeof startCloud>>;
let aws: AwsStandIn;
before(async () => {
  [postgres, cloud] = await Promise.all([startPostgres(), startCloud()]);
  ({ aws } = cloud);
});
after(async () => {
  await aws?.stop();
  await postgres?.stop();
});

async function start(
  test: TestContext,
  environment: Record<string, string> = {},
  tries = 1,
): Promise<{ github: GitHubStandIn; slipway: TestSlipway }> {
  const github = await startGitHub();
  test.after(() => github.stop());
  const given = { ...cloud.environment, DATABASE_URL: await postgres.database(), ...environment };
  const slipway = await startTestSlipway(github, { environment: given, tries });
  test.after(() => slipway.stop());
  return { github, slipway };
}

type Repository = Awaited<ReturnType<typeof amiOrders>>;

async function merge(repository: Repository, version = '1.0.0', title = 'One') {
  const pull = await repository.openPullRequest({ title, files: { [title]: '1' }, labels: [`version:${version}`] });
  const merged = await repository.merge(pull.number);
  return { ...merged, number: pull.number, verdict: () => settledPull(repository, pull.number) };
}

const mine = (): Image[] => [...aws.region(region).images.values()].filter(({ owner }) => owner === accountId);
const imagesOf = (service: string) => mine().filter(({ name }) => name.startsWith(`${service}-1`));

/** Nothing of a build is left but machine images. */
function assertNothingLeft(): void {
  const { instances, keys, groups } = aws.region(region);
  assert.deepEqual(
    [...instances.values()].filter(({ state }) => !['terminated', 'shutting-down'].includes(state)),
    [],
  );
  assert.deepEqual([...keys.values(), ...groups.values()], []);
}

const runs = (): number => aws.actions.filter((name) => name === 'RunInstances').length;

/** Empty before there is one. */
const buildId = (repository: Repository): string =>
  mergeChecks(repository)
    .at(-1)
    ?.details_url?.match(/builds\/([\w-]+)/)?.[1] ?? '';
const logOf = async (slipway: { url: string }, repository: Repository) =>
  await (await fetch(`${slipway.url}/builds/${buildId(repository)}/log`)).text();

describe('from a merge to a machine image', () => {
  it('publishes it once: named, tagged, shown by region; another commit of the same version is refused', async (test) => {
    const { github, slipway } = await start(test);
    const text = template({ provisioners: [shell('echo the key is $AWS_SECRET_ACCESS_KEY', 'env', 'ls')] });
    const repository = await amiOrders(github, cloud.endpoint, text);
    const one = await merge(repository);
    const { comment, checks } = await one.verdict();
    assert.ok(
      checks.every(({ conclusion }) => conclusion === 'success'),
      comment.body,
    );
    const [ami, ...more] = imagesOf(repository.service);
    assert.ok(ami);
    assert.deepEqual(more, []);
    assert.equal(ami.name, `${repository.service}-1.0.0-${one.mergeCommit.slice(0, 7)}`);
    const expected = {
      Name: `${repository.service}:1.0.0`,
      service_name: repository.service,
      version: '1.0.0',
      'slipway:build': buildId(repository),
      'slipway:commit': one.mergeCommit,
      'slipway:pull-request': `${repository.htmlUrl}/pull/${one.number}`,
    };
    assert.deepEqual({ ...ami.tags, ...expected }, ami.tags);
    for (const words of [ami.id, 'aws ec2 run-instances --region eu-central-1', 'data "aws_ami"', '/ec2/home?region='])
      assert.ok(comment.body.includes(words), words);
    assert.doesNotMatch(comment.body, /docker pull|Left behind/);
    assertNothingLeft();

    const log = await logOf(slipway, repository);
    assert.match(log, /the key is \[hidden\]/);
    assert.match(log, /Creating AMI/);
    assert.doesNotMatch(log, /,ui,say,/);
    const read = async (at: string) => await (await fetch(`${slipway.url}${at}`)).text();
    const page = await read(`/builds/${buildId(repository)}`);
    const servicePage = await read(`/services/${repository.fullName}/${repository.service}`);
    for (const shown of [page, servicePage]) assert.ok(shown.includes(ami.id));
    assert.match(await read(`/badge/${repository.fullName}/${repository.service}.svg`), /1\.0\.0/);
    const told = [log, page, servicePage, comment.body, JSON.stringify(checks), ...slipway.logLines].join('\n');
    const { accessKeyId, secretAccessKey } = aws.account;
    for (const secret of [accessKeyId, secretAccessKey, encodeURIComponent(secretAccessKey)])
      assert.ok(!told.includes(secret));

    const before = runs();
    const other = await merge(repository, '1.0.0', 'Two');
    const second = await other.verdict();
    assert.ok(second.checks.every(({ conclusion }) => conclusion === 'failure'));
    assert.equal(imagesOf(repository.service).length, 1);

    // A Slipway that has never seen the merge finds the version in the account.
    await slipway.stop();
    const fresh = await startTestSlipway(github, {
      environment: { ...cloud.environment, DATABASE_URL: await postgres.database() },
    });
    test.after(() => fresh.stop());
    assert.ok(one.delivery);
    await github.redeliver(one.delivery);
    await until('the merge is published again', () =>
      fresh.logLines.some((line) => line.includes(`${repository.service}:1.0.0 published`)),
    );
    assert.equal((await one.verdict()).checks.at(-1)?.conclusion, 'success');
    // The other commit is refused by the account too, not by our own reservation alone.
    assert.ok(other.delivery);
    await github.redeliver(other.delivery);
    await until('the other one is refused again', () =>
      fresh.logLines.some((line) => line.includes(`${repository.service}:1.0.0 refused`)),
    );
    assert.equal(runs(), before);
    assert.deepEqual(imagesOf(repository.service), [ami]);
    github.assertNoViolations();
    assert.deepEqual(aws.violations, []);
  });

  it('a template that fails in provisioning is the repository’s fault, on its line, and leaves nothing', async (test) => {
    const { github } = await start(test);
    const text = template({ provisioners: [shell('echo fine'), shell('echo about to fail', 'exit 3')] });
    const repository = await amiOrders(github, cloud.endpoint, text);
    const { checks, comment } = await (await merge(repository)).verdict();
    const [check] = checks;
    assert.ok(check);
    assert.equal(check.conclusion, 'failure');
    assert.match(comment.body, /exit status: 3|exit status 3/);
    assert.match(comment.body, /Whose: yours|yours|in the repository/i);
    const [annotation] = repository.annotations(check.id);
    const lines = text.split('\n');
    const second = lines.findIndex((line) => line.includes('about to fail'));
    const provisioner = lines.findLastIndex((line, index) => index < second && line.includes('"shell-local"'));
    assert.equal(annotation?.path, 'packer.json');
    assert.equal(annotation.start_line, provisioner + 1);
    assert.deepEqual(imagesOf(repository.service), []);
    assertNothingLeft();
  });

  it('AWS that throttles and fails is asked again, by phase', async (test) => {
    const { github, slipway } = await start(test, {}, 3);
    // As often as Packer's SDK asks, and as often as ours.
    const repository = await amiOrders(github, cloud.endpoint, template({ builder: { max_retries: 1 } }));
    aws.inject({ action: 'RunInstances', times: 2, code: 'RequestLimitExceeded', status: 503 });
    aws.inject({ action: 'CreateTags', times: 5, code: 'InternalError', status: 500 });
    const { comment } = await (await merge(repository)).verdict();
    assert.match(comment.body, /published in/);
    const log = await logOf(slipway, repository);
    assert.match(log, /of the phase build has failed; the next one is in/);
    assert.match(log, /of the phase push has failed; the next one is in/);
    assert.equal(imagesOf(repository.service).length, 1);
    assertNothingLeft();
  });

  it('a cancelled build takes its instance down', async (test) => {
    const { github, slipway } = await start(test);
    const repository = await amiOrders(github, cloud.endpoint, template({ provisioners: [shell('sleep 400')] }));
    const one = await merge(repository);
    await until('the provisioner runs', async () => /local shell script/.test(await logOf(slipway, repository)));
    assert.equal(await slipway.actions.cancel(buildId(repository), 'mona'), 'cancelling');
    const { checks, comment } = await one.verdict();
    assert.ok(checks.every(({ conclusion }) => conclusion === 'cancelled'));
    assert.match(comment.body, /Cancelled by mona/);
    assert.doesNotMatch(comment.body, /Left behind/);
    assert.match(await logOf(slipway, repository), /asked to stop[\s\S]*Terminating the source AWS instance/);
    assert.deepEqual(imagesOf(repository.service), []);
    assertNothingLeft();
  });

  it('a build that takes too long takes its instance down, and says that it was the time', async (test) => {
    const { github, slipway } = await start(test);
    const text = template({ provisioners: [shell('sleep 400')] });
    const repository = await amiOrders(github, cloud.endpoint, text, '30s');
    const { checks, comment } = await (await merge(repository)).verdict();
    assert.ok(checks.every(({ conclusion }) => conclusion === 'timed_out'));
    assert.match(comment.body, /Stopped after 30 s of work in the phase build/);
    assert.doesNotMatch(comment.body, /Left behind/);
    assert.match(await logOf(slipway, repository), /asked to stop[\s\S]*Terminating the source AWS instance/);
    assert.deepEqual(imagesOf(repository.service), []);
    assertNothingLeft();
  });

  /** A server whose worker is killed while Packer is at work, and a new one for what it has left. */
  async function killed(test: TestContext, seconds: number) {
    const github = await startGitHub({ basePath: '/api/v3' });
    test.after(() => github.stop());
    const dataDir = await mkdtemp(path.join(tmpdir(), 'slipway-ami-'));
    test.after(() => rm(dataDir, { recursive: true, force: true }));
    const databaseUrl = await postgres.database();
    const environment = { ...cloud.environment, DATABASE_URL: databaseUrl };
    const first = await startServerProcess(github, dataDir, environment);
    test.after(() => first.child.kill('SIGKILL'));
    const text = template({ provisioners: [shell(`sleep ${seconds}`)] });
    const repository = await amiOrders(github, cloud.endpoint, text);
    const one = await merge(repository);
    await until('the provisioner runs', async () => /local shell script/.test(await logOf(first, repository)));
    await endServer(first, 'SIGKILL');
    const again = async () => {
      const second = await startServerProcess(github, dataDir, environment);
      test.after(() => second.child.kill('SIGKILL'));
      return second;
    };
    return { databaseUrl, dataDir, repository, one, again };
  }

  it('a worker that is killed in the middle leaves one image and nothing else', async (test) => {
    const before = runs();
    const { repository, one, again } = await killed(test, 8);
    const second = await again();
    const { comment } = await one.verdict();
    assert.match(comment.body, /published in/);
    assert.match(await logOf(second, repository), /Packer runs already, for an earlier worker/);
    assert.equal(imagesOf(repository.service).length, 1);
    assert.equal(runs(), before + 1);
    assertNothingLeft();
    assert.equal(await endServer(second, 'SIGTERM'), 0);
  });

  it('a cancel that comes after the worker was killed takes the instance down', async (test) => {
    const { databaseUrl, dataDir, repository, one, again } = await killed(test, 400);
    const { log } = memoryLog();
    const store = await openStore({ databaseUrl, dataDir, logLimit: 2 ** 20, role: 'web', log });
    assert.equal(await store.requestCancel(buildId(repository), 'mona'), 'cancelling');
    await store.close();
    // The worker hears of it before it finds the run that the first one has left.
    test.after(aws.hold('DescribeImages'));
    const second = await again();
    const { checks } = await one.verdict();
    assert.ok(checks.every(({ conclusion }) => conclusion === 'cancelled'));
    assert.match(await logOf(second, repository), /asked to stop[\s\S]*Terminating the source AWS instance/);
    assert.deepEqual(imagesOf(repository.service), []);
    assertNothingLeft();
  });

  it('a cancel that comes while the build waits for a worker takes the instance down, when one comes', async (test) => {
    const github = await startGitHub();
    test.after(() => github.stop());
    const databaseUrl = await postgres.database();
    const environment = { ...cloud.environment, DATABASE_URL: databaseUrl, SHUTDOWN_GRACE: '1s' };
    const first = await startTestSlipway(github, { environment });
    const repository = await amiOrders(github, cloud.endpoint, template({ provisioners: [shell('sleep 400')] }));
    const one = await merge(repository);
    await until('the provisioner runs', async () => /local shell script/.test(await logOf(first, repository)));
    await first.stop();
    const { log } = memoryLog();
    const store = await openStore({ databaseUrl, dataDir: first.dataDir, logLimit: 2 ** 20, role: 'web', log });
    assert.equal((await store.build(buildId(repository)))?.state, 'queued');
    assert.equal(await store.requestCancel(buildId(repository), 'mona'), 'cancelling');
    await store.close();
    const second = await startTestSlipway(github, { environment });
    test.after(() => second.stop());
    await one.verdict();
    await until('the run is taken off the engine', () =>
      second.logLines.some((line) => line.includes('removed what a build had left on the engine')),
    );
    assert.deepEqual(imagesOf(repository.service), []);
    assertNothingLeft();
  });

  it('wrong credentials are the server’s fault, and a missing PACKER_IMAGE is a refusal; nothing is begun', async (test) => {
    const secret = Buffer.from('another secret of the same length').toString('base64');
    const cases = [
      { environment: { AWS_SECRET_ACCESS_KEY: secret }, says: /AWS refused the worker&#39;s credentials|AWS refused/ },
      { environment: { PACKER_IMAGE: '' }, says: /PACKER\\?_IMAGE is not set/ },
    ];
    const before = runs();
    for (const { environment, says } of cases) {
      const { github, slipway } = await start(test, environment);
      const repository = await amiOrders(github, cloud.endpoint, template());
      const { checks, comment } = await (await merge(repository)).verdict();
      assert.ok(checks.every(({ conclusion }) => conclusion === 'failure'));
      assert.match(comment.body, says);
      assert.ok(![comment.body, ...slipway.logLines].join().includes(secret));
    }
    assert.equal(runs(), before);
  });
});
