import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Repository } from '../github/repository.ts';
import { type GitHubStandIn, startGitHub } from '../github/start-github.ts';
import { inspectImage } from '../support/look-into-image.ts';
import { dockerfile, isPlanCheck, mergeChecks, settledPull } from '../support/orders.ts';
import { registryAddress } from '../support/parts.ts';
import { startTestSlipway, type TestSlipway } from '../support/start-test-slipway.ts';
import { until } from '../support/until.ts';

let github: GitHubStandIn;
let slipway: TestSlipway;
before(async () => {
  github = await startGitHub();
  slipway = await startTestSlipway(github, { environment: { ALLOWED_OWNERS: 'acme,bolt,cogs' } });
});
after(async () => {
  await slipway?.stop();
  await github?.stop();
});

let count = 0;

/** Three services in one repository, whose names no other test has. */
async function monorepo(owner: string) {
  count += 1;
  const id = `${process.pid}-${count}`;
  const nameOf = (folder: string) => `${folder}-${id}`;
  const files: Record<string, string> = {
    '.github/slipway.yml': [
      'services:',
      '  - path: services/web',
      '    watch: ["**", "/libs/common/**"]',
      '  - { path: services/mail, build: { args: { FOO: bar } } }',
      '  - path: services/jobs',
      '',
    ].join('\n'),
  };
  for (const folder of ['web', 'mail', 'jobs']) {
    files[`services/${folder}/package.json`] = JSON.stringify({ service_name: nameOf(folder) });
    files[`services/${folder}/Dockerfile`] = dockerfile('COPY . /srv');
  }
  const repository = await github.createRepository({ owner, name: `mono-${id}`, files });
  return { repository, nameOf };
}

const plan = (repository: Repository, number: number, conclusion: string, text: RegExp) =>
  until(`#${number}: ${conclusion}, ${text}`, () => {
    const run = repository.checkRuns(repository.pullRequest(number).head.sha).filter(isPlanCheck).at(-1);
    return run?.conclusion === conclusion && text.test(`${run.output.title}\n${run.output.summary}`) && run;
  });

describe('several services in one repository', { concurrency: 3 }, () => {
  it('the touched service of three is planned and published, and the others are left alone with the reason', async () => {
    const { repository, nameOf } = await monorepo('acme');
    const { number } = await repository.openPullRequest({
      title: 'Mail',
      files: { 'services/mail/text': 'new' },
      labels: ['version:1.0.0'],
    });
    const { output } = await plan(repository, number, 'success', /Merging publishes mail-/);
    assert.match(output.summary ?? '', /services\/mail\/Dockerfile`, build arguments `FOO`/);
    for (const folder of ['web', 'jobs']) {
      assert.ok(output.summary?.includes(`\`${nameOf(folder)}\` is left alone.`), output.summary ?? '');
    }
    await repository.merge(number);
    const { checks } = await settledPull(repository, number);
    assert.deepEqual(new Set(checks.map(({ name }) => name)), new Set([`slipway / ${nameOf('mail')}`]));
    await inspectImage(`${registryAddress()}/${nameOf('mail')}:1.0.0`);
    await assert.rejects(inspectImage(`${registryAddress()}/${nameOf('web')}:1.0.0`));
  });

  it('named labels give services versions of their own, in one comment, and a button names the one that lacks one', async () => {
    const { repository, nameOf } = await monorepo('bolt');
    const { number } = await repository.openPullRequest({
      title: 'Both',
      files: { 'libs/common/x': '1', 'services/mail/x': '1' },
      labels: [`version:${nameOf('mail')}:2.1.0`],
    });
    const run = await plan(repository, number, 'action_required', /No version/);
    assert.deepEqual(
      run.actions.map(({ label }) => label),
      ['Patch -> 0.0.1', 'Minor -> 0.1.0', 'Major -> 1.0.0'],
    );
    await repository.clickAction(run.id, 'set:1.0.0', 'bolt');
    await plan(repository, number, 'success', /Merging publishes 2 services/);
    assert.ok(repository.pullRequest(number).labels.some(({ name }) => name === `version:${nameOf('web')}:1.0.0`));
    await repository.merge(number);
    const { comment } = await settledPull(repository, number);
    assert.match(comment.body, /2 of 2 services published/);
    await inspectImage(`${registryAddress()}/${nameOf('mail')}:2.1.0`);
    await inspectImage(`${registryAddress()}/${nameOf('web')}:1.0.0`);
  });

  it('two bump merges at once get two versions, in merge order', async () => {
    const { repository, nameOf } = await monorepo('cogs');
    const pulls = [];
    for (const title of ['one', 'two']) {
      pulls.push(
        await repository.openPullRequest({ title, files: { [`services/jobs/${title}`]: '1' }, labels: ['minor'] }),
      );
    }
    for (const { number } of pulls) await repository.merge(number);
    const versions = [];
    for (const { number } of pulls) {
      const { comment } = await settledPull(repository, number);
      versions.push(/:(\d+\.\d+\.\d+)/.exec(comment.body)?.[1]);
    }
    assert.deepEqual(versions, ['0.1.0', '0.2.0']);
    assert.ok(mergeChecks(repository).every(({ conclusion }) => conclusion === 'success'));
    await inspectImage(`${registryAddress()}/${nameOf('jobs')}:0.2.0`);
    github.assertNoViolations();
  });
});
