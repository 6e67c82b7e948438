import assert from 'node:assert/strict';
import { after, before, describe, it, type TestContext } from 'node:test';
import type { AwsStandIn } from '../../aws/start-aws.ts';
import { accountId, type Image } from '../../aws/state.ts';
import { type GitHubStandIn, startGitHub } from '../../github/start-github.ts';
import { amiOrders, region, shell, startCloud, template } from '../../support/ami.ts';
import { mergeChecks, settledPull } from '../../support/orders.ts';
import { startPostgres, type TestPostgres } from '../../support/postgres.ts';
import { startTestSlipway, type TestSlipway } from '../../support/start-test-slipway.ts';

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

const buildId = (repository: Repository): string =>
  mergeChecks(repository)
    .at(-1)
    ?.details_url?.match(/builds\/([\w-]+)/)?.[1] ?? assert.fail('no link to a build');
const logOf = async (slipway: TestSlipway, repository: Repository) =>
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
    assert.equal(ami.name, `${repository.service}-1.0.0-${one.mergeCommit?.slice(0, 7)}`);
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
    assert.doesNotMatch(comment.body, /docker pull/);
    assertNothingLeft();

    const log = await logOf(slipway, repository);
    assert.match(log, /the key is \[hidden\]/);
    assert.match(log, /Creating AMI/);
    assert.doesNotMatch(log, /,ui,say,/);
    const page = await (await fetch(`${slipway.url}/builds/${buildId(repository)}`)).text();
    assert.ok(page.includes(ami.id));
    const told = [log, page, comment.body, ...checks.map((check) => JSON.stringify(check)), ...slipway.logLines].join(
      '\n',
    );
    const { accessKeyId, secretAccessKey } = aws.account;
    for (const secret of [accessKeyId, secretAccessKey, encodeURIComponent(secretAccessKey)])
      assert.ok(!told.includes(secret));

    const other = await merge(repository, '1.0.0', 'Two');
    const second = await other.verdict();
    assert.ok(second.checks.every(({ conclusion }) => conclusion === 'failure'));
    assert.equal(imagesOf(repository.service).length, 1);
    github.assertNoViolations();
    assert.deepEqual(aws.violations, []);
  });
});
