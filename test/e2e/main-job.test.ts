import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { type GitHubStandIn, startGitHub } from '../github/start-github.ts';
import { inspectImage, runImage } from '../support/look-into-image.ts';
import { dockerfile, isPlanCheck, mergeChecks, orders, settledPull } from '../support/orders.ts';
import { registryAddress } from '../support/parts.ts';
import { startTestSlipway, type TestSlipway } from '../support/start-test-slipway.ts';
import { until } from '../support/until.ts';

describe('from a merge to an image', { concurrency: 5 }, () => {
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
  afterEach(() => {
    github.assertNoViolations();
  });

  it('publishes a version named by a label, and says so on two checks and in one comment', async () => {
    const repository = await orders(github);
    const pull = await repository.openPullRequest({
      title: 'Answer faster',
      files: { 'public/orders.json': '[1]' },
      labels: ['version:1.0.0'],
    });
    const { mergeCommit, delivery } = await repository.merge(pull.number);
    assert.equal(delivery?.statusCode, 200);
    const { comment, checks } = await settledPull(repository, pull.number);
    const reference = `${registryAddress()}/${repository.service}:1.0.0`;
    const { Digest: digest, Labels: labels } = await inspectImage(reference);

    assert.ok(comment.body.includes(`docker pull ${reference}`), comment.body);
    assert.ok(comment.body.includes(`docker pull ${registryAddress()}/${repository.service}@${digest}`), comment.body);
    assert.equal(repository.comments(pull.number).length, 1);
    assert.deepEqual(
      checks.map(({ head_sha: sha, name, conclusion }) => [sha, name, conclusion]),
      [pull.head.sha, mergeCommit].map((sha) => [sha, `slipway / ${repository.service}`, 'success']),
    );
    for (const { output, details_url: details } of checks) {
      assert.match(output.title ?? '', new RegExp(`^${repository.service}:1\\.0\\.0 published in `));
      const page = await fetch((details ?? '').replace('localhost', '127.0.0.1'));
      assert.equal(page.status, 200);
      assert.ok((await page.text()).includes(digest));
    }
    const expected = {
      'org.opencontainers.image.revision': mergeCommit,
      'org.opencontainers.image.version': '1.0.0',
      'org.opencontainers.image.source': repository.htmlUrl,
      'dev.slipway.repository-id': String(repository.id),
      'dev.slipway.path': '.',
      'dev.slipway.commit': mergeCommit,
      'org.opencontainers.image.title': repository.service,
      'org.opencontainers.image.vendor': 'acme',
    };
    assert.deepEqual({ ...labels, ...expected }, labels);
    const byDigest = `${registryAddress()}/${repository.service}@${digest}`;
    assert.equal(await runImage(byDigest), '[1]');
  });

  it('asks little of GitHub: at most ten requests for a merge, and no text written twice', async () => {
    const repository = await orders(github);
    /** What counts: the archive itself comes from another host, and what has not changed costs nothing. */
    const spent = (from: number) =>
      github.requests
        .slice(from)
        .filter(
          ({ path, route, status }) => path.includes(`/${repository.name}/`) && route !== undefined && status !== 304,
        )
        .map(({ method, route }) => `${method} ${route}`);
    for (const version of ['1.0.0', '1.1.0']) {
      const pull = await repository.openPullRequest({ title: 'Thrift', files: { a: version }, labels: [version] });
      await until('the plan is shown', () =>
        repository.checkRuns().some((run) => isPlanCheck(run) && run.head_sha === pull.head.sha),
      );
      const from = github.requests.length;
      await repository.merge(pull.number);
      await settledPull(repository, pull.number);
      const all = spent(from);
      assert.ok(all.length <= 10, all.join('\n'));
      assert.equal(all.filter((one) => one.includes('comments')).length, 2, all.join('\n'));
    }
  });

  it('publishes a version named by the title of an author who may write', async () => {
    const repository = await orders(github);
    repository.setPermission('mona', 'write');
    const pull = await repository.openPullRequest({ title: 'Release v2.1.0-rc.1: retry', files: { a: '1' } });
    await repository.merge(pull.number, { method: 'squash' });
    const { checks } = await settledPull(repository, pull.number);
    assert.ok(checks.every(({ conclusion }) => conclusion === 'success'));
    const { Labels: labels } = await inspectImage(`${registryAddress()}/${repository.service}:2.1.0-rc.1`);
    assert.equal(labels['dev.slipway.commit'], repository.pullRequest(pull.number).mergeCommit);
  });

  it('takes no version from the title of an author without write access', async () => {
    const repository = await orders(github);
    const pull = await repository.openPullRequest({ title: 'Release v2.1.0', files: { a: '1' }, fork: true });
    await repository.merge(pull.number);
    const { checks, comment } = await settledPull(repository, pull.number);
    assert.deepEqual(
      checks.map(({ name, conclusion }) => [name, conclusion]),
      [
        ['slipway / plan', 'failure'],
        ['slipway / plan', 'failure'],
      ],
    );
    assert.match(comment.body, /write access/);
  });

  it('publishes a merge once, however often it is delivered', async () => {
    const repository = await orders(github);
    const pull = await repository.openPullRequest({ title: 'Once', files: { a: '1' }, labels: ['v1.0.0'] });
    const { delivery } = await repository.merge(pull.number);
    assert.ok(delivery);
    const again = await Promise.all([
      github.redeliver(delivery),
      github.send(repository.payload(pull.number)),
      github.send(repository.payload(pull.number)),
    ]);
    assert.deepEqual(
      again.map((one) => one?.statusCode),
      [200, 200, 200],
    );
    const { checks } = await settledPull(repository, pull.number);
    const { Digest: digest } = await inspectImage(`${registryAddress()}/${repository.service}:1.0.0`);
    await github.redeliver(delivery);
    await github.settled();
    const after = await settledPull(repository, pull.number);
    assert.equal(after.checks.length, checks.length);
    assert.equal(repository.comments(pull.number).length, 1);
    assert.equal((await inspectImage(`${registryAddress()}/${repository.service}:1.0.0`)).Digest, digest);
    const merges = new Set(
      slipway.logLines
        .filter((line) => line.includes(`${repository.fullName}#`))
        .flatMap((line) => (JSON.parse(line) as { merge?: string }).merge ?? []),
    );
    assert.equal(merges.size, 1);
  });

  it('refuses a version that another merge has, and names that merge', async () => {
    const repository = await orders(github);
    const first = await repository.openPullRequest({ title: 'First', files: { a: '1' }, labels: ['version/1.0.0'] });
    await repository.merge(first.number);
    await settledPull(repository, first.number);
    const { Digest: digest } = await inspectImage(`${registryAddress()}/${repository.service}:1.0.0`);
    const second = await repository.openPullRequest({ title: 'Second', files: { b: '1' }, labels: ['1.0.0'] });
    await repository.merge(second.number);
    const { checks, comment } = await settledPull(repository, second.number);
    assert.ok(checks.every(({ conclusion }) => conclusion === 'failure'));
    // The zero-width space keeps GitHub from making a reference of it on the other pull request's page.
    assert.ok(comment.body.includes(`${repository.fullName}#\u200b${first.number} `), comment.body);
    assert.match(comment.body, /1\.0\.1/);
    assert.equal((await inspectImage(`${registryAddress()}/${repository.service}:1.0.0`)).Digest, digest);
  });

  it('says on which line a failing step stands, and that the fault is in the repository', async () => {
    const repository = await orders(github, {
      files: {
        Dockerfile: dockerfile(
          'WORKDIR /srv',
          'COPY . .',
          'RUN echo before && \\',
          '    echo the reason >&2 && \\',
          '    exit 7',
        ),
      },
    });
    const pull = await repository.openPullRequest({ title: 'Broken', files: { a: '1' }, labels: ['version:1.0.0'] });
    await repository.merge(pull.number);
    const { checks, comment } = await settledPull(repository, pull.number);
    for (const check of checks) {
      assert.equal(check.conclusion, 'failure');
      const [annotation, ...more] = repository.annotations(check.id);
      assert.deepEqual(more, []);
      assert.deepEqual([annotation?.path, annotation?.start_line, annotation?.end_line], ['Dockerfile', 4, 6]);
    }
    assert.match(comment.body, /the reason/);
    assert.match(comment.body, /7/);
    await assert.rejects(inspectImage(`${registryAddress()}/${repository.service}:1.0.0`));
  });

  for (const method of ['merge', 'squash', 'rebase'] as const) {
    it(`publishes the tree of a pull request from a fork, merged by ${method}`, async () => {
      const repository = await orders(github);
      const pull = await repository.openPullRequest({
        title: `By ${method}`,
        files: { 'public/orders.json': method },
        labels: ['version:3.0.0'],
        fork: true,
      });
      const { mergeCommit } = await repository.merge(pull.number, { method });
      const { checks } = await settledPull(repository, pull.number);
      assert.ok(checks.every(({ conclusion }) => conclusion === 'success'));
      const reference = `${registryAddress()}/${repository.service}:3.0.0`;
      const { Labels: labels } = await inspectImage(reference);
      assert.equal(labels['org.opencontainers.image.revision'], mergeCommit);
      assert.equal(await runImage(reference), method);
    });
  }

  it('says nothing of a merge into another branch, of a closed pull request and of another owner', async () => {
    const repository = await orders(github);
    const toMain = await repository.openPullRequest({
      title: 'v1.0.0',
      base: 'main',
      files: { a: '1' },
      labels: ['1.0.0'],
    });
    await repository.merge(toMain.number);
    const closed = await repository.openPullRequest({ title: 'v1.0.0', files: { b: '1' }, labels: ['1.0.0'] });
    await repository.close(closed.number);
    const elsewhere = await orders(github, { owner: 'somebody-else' });
    const foreign = await elsewhere.openPullRequest({ title: 'v1.0.0', files: { a: '1' }, labels: ['1.0.0'] });
    const { delivery } = await elsewhere.merge(foreign.number);
    assert.equal(delivery?.statusCode, 200);
    await until('three lines that say why nothing happens', () => {
      const lines = slipway.logLines.join('');
      return ['closed, not merged', 'ALLOWED_OWNERS', '"plan":"ignored"'].every((text) => lines.includes(text));
    });
    assert.deepEqual([...mergeChecks(repository), ...elsewhere.checkRuns()], []);
    assert.deepEqual([...repository.comments(toMain.number), ...elsewhere.comments(foreign.number)], []);
  });
});
