import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { CheckRunView, Repository } from '../github/repository.ts';
import { type GitHubStandIn, startGitHub } from '../github/start-github.ts';
import { dockerfile, isPlanCheck, orders } from '../support/orders.ts';
import { registryAddress } from '../support/parts.ts';
import { startTestSlipway, type TestSlipway } from '../support/start-test-slipway.ts';
import { until } from '../support/until.ts';

let github: GitHubStandIn;
let slipway: TestSlipway;
before(async () => {
  github = await startGitHub();
  slipway = await startTestSlipway(github);
});
after(async () => {
  await slipway?.stop();
  await github?.stop();
});

/** The newest plan check of a commit. */
const newest = (repository: Repository, sha: string): CheckRunView | undefined =>
  repository.checkRuns(sha).filter(isPlanCheck).at(-1);

/** Waits until the plan of a pull request's head is shown like this. */
const shows = (repository: Repository, number: number, conclusion: string, text: RegExp): Promise<CheckRunView> =>
  until(`#${number}: ${conclusion}, ${text}`, () => {
    const run = newest(repository, repository.pullRequest(number).head.sha);
    const all = `${run?.output.title}\n${run?.output.summary}`;
    return run?.status === 'completed' && run.conclusion === conclusion && text.test(all) && run;
  });

describe('the plan of an open pull request', { concurrency: 4 }, () => {
  it('is a green check that says what merging publishes and what will be used, and builds nothing', async () => {
    const repository = await orders(github, {
      files: {
        '.github/slipway.yml': 'services:\n  - build: { target: release, args: { FOO: bar } }\ntags: [major, latest]\n',
        Dockerfile: dockerfile('RUN true').replace(/^FROM (.*)/, 'FROM $1 AS release'),
      },
    });
    const { number } = await repository.openPullRequest({ title: 'One', files: { a: '1' }, labels: ['version:1.4.2'] });
    const run = await shows(repository, number, 'success', /Merging publishes orders-.*:1\.4\.2/);
    const summary = run.output.summary ?? '';
    assert.ok(
      summary.includes(`\`${registryAddress()}/${repository.service}:1.4.2\` (version from label \`version:1.4.2\``),
    );
    assert.match(summary, /name from package.json "service\\_name"/);
    assert.match(summary, /Moves the tags `1`, `latest`/);
    assert.match(summary, /`Dockerfile`, target `release`, build arguments `FOO`, from `.*busybox:1`/);
    assert.deepEqual(run.actions, []);
    assert.ok(!slipway.logLines.some((line) => line.includes('"phase build"')));
  });
});
