import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { PullOptions } from '../github/repository.ts';
import { type GitHubStandIn, startGitHub } from '../github/start-github.ts';
import { freeAccounts } from '../support/accounts.ts';
import { inspectImage } from '../support/look-into-image.ts';
import { dockerfile, isPlanCheck, orders as ordersOf, settledPull } from '../support/orders.ts';
import { registryAddress } from '../support/parts.ts';
import { newestPlan, showsPlan } from '../support/shows-plan.ts';
import { startTestSlipway, type TestSlipway } from '../support/start-test-slipway.ts';
import { until } from '../support/until.ts';

const accounts = freeAccounts(60);
const orders: typeof ordersOf = (on, given) => ordersOf(on, { owner: accounts.next(), ...given });

let github: GitHubStandIn;
let slipway: TestSlipway;
before(async () => {
  github = await startGitHub();
  slipway = await startTestSlipway(github, { environment: { ALLOWED_OWNERS: accounts.all } });
});
after(async () => {
  await slipway?.stop();
  await github?.stop();
});

describe('the plan of an open pull request', { concurrency: 6 }, () => {
  it('is a green check that says what merging publishes and what will be used, and builds nothing', async () => {
    const repository = await orders(github, {
      files: {
        '.github/slipway.yml': 'services:\n  - build: { target: release, args: { FOO: bar } }\ntags: [major, latest]\n',
        Dockerfile: dockerfile('RUN true').replace(/^FROM (.*)/, 'FROM $1 AS release'),
      },
    });
    const { number } = await repository.openPullRequest({ title: 'One', files: { a: '1' }, labels: ['version:1.4.2'] });
    const run = await showsPlan(repository, number, 'success', /Merging publishes orders-.*:1\.4\.2/);
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

  it('says of a machine image which template will make it, and that this is code; nothing of it is run', async () => {
    const yml =
      'services: [{ path: image, name: NAME, type: ami, packer: { template: packer.json, regions: [eu-central-1] } }]';
    const name = `machine-${process.pid}`;
    const repository = await orders(github, { files: { '.github/slipway.yml': yml.replace('NAME', name) } });
    const files = { 'image/packer.json': '{ "this": "is no template" }' };
    const { number } = await repository.openPullRequest({ title: 'One', files, labels: ['version:1.4.2'] });
    const run = await showsPlan(repository, number, 'success', new RegExp(`Merging publishes ${name}:1\\.4\\.2`));
    assert.match(
      run.output.summary ?? '',
      /Packer template `packer\.json`\. A template is code that runs with the credentials/,
    );
    assert.doesNotMatch(run.output.summary ?? '', /Dockerfile/);
  });

  it('offers versions where there is none; a press puts the label on, for those who may write, and the check turns green', async () => {
    const repository = await orders(github);
    const { number } = await repository.openPullRequest({ title: 'No version', files: { a: '1' } });
    const run = await showsPlan(repository, number, 'action_required', /No version: there is no version label/);
    assert.deepEqual(
      run.actions.map(({ label }) => label),
      ['Patch -> 0.0.1', 'Minor -> 0.1.0', 'Major -> 1.0.0'],
    );
    await repository.clickAction(run.id, 'set:0.1.0', 'outsider');
    await until('it is told why nothing happens', () =>
      slipway.logLines.some((line) => line.includes('no write permission') && line.includes('outsider')),
    );
    assert.deepEqual(repository.pullRequest(number).labels, []);
    await repository.clickAction(run.id, 'set:0.1.0', repository.owner);
    await showsPlan(repository, number, 'success', /Merging publishes orders-.*:0\.1\.0/);
    assert.deepEqual(
      repository.pullRequest(number).labels.map(({ name }) => name),
      ['version:0.1.0'],
    );
  });

  const failures: readonly [string, Partial<PullOptions>, RegExp, Record<string, string>?][] = [
    ['two version labels', { labels: ['version:1.0.0', 'v2.0.0'] }, /2 different versions.*Leave one version label/s],
    ['two versions in the title', { title: 'Bump node from 20.1.0 to 20.2.0' }, /title names 2 different versions/],
    ['build metadata', { labels: ['version:1.0.0+7'] }, /build metadata.*without build metadata/s],
    [
      'an invalid service name',
      { files: { 'package.json': '{"name": "No Good"}' } },
      /no name of a repository.*Choose a name/s,
    ],
    [
      'no service name',
      { files: { 'package.json': '{}' } },
      /expected a "service\\_name" or a "name".*Add for example/s,
    ],
    [
      'two services with one name',
      {},
      /found .*which is the name of .services&#91;0&#93;.|which is the name of/,
      { '.github/slipway.yml': 'services:\n  - { path: a, name: x }\n  - { path: b, name: x }\n' },
    ],
    [
      'a service that is not there',
      {},
      /Expected .*b\/Dockerfile.*Add it/s,
      { '.github/slipway.yml': 'services:\n  - { path: b, name: xyz }\n' },
    ],
  ];
  for (const [what, options, text, files = {}] of failures) {
    it(`is red for ${what}, and says how to mend it`, async () => {
      const repository = await orders(github, { files });
      const given = { title: 'One', files: { a: '1' }, labels: ['1.0.0'], ...options };
      const labels = options.title === undefined ? given.labels : [];
      const { number } = await repository.openPullRequest({ ...given, labels });
      const run = await showsPlan(repository, number, 'failure', text);
      assert.match(run.output.summary ?? '', /What to do next/);
    });
  }

  it('points to the line of slipway.yml, of package.json and of the Dockerfile that cannot be used', async () => {
    const repository = await orders(github, { files: { '.github/slipway.yml': 'branches: [develop]\nvershion: 1\n' } });
    const bad = await repository.openPullRequest({ title: 'One', files: { a: '1' }, labels: ['1.0.0'] });
    const run = await showsPlan(repository, bad.number, 'failure', /line 2: expected/);
    const [annotation] = repository.annotations(run.id);
    assert.deepEqual([annotation?.path, annotation?.start_line], ['.github/slipway.yml', 2]);
    const other = await orders(github, { files: { Dockerfile: dockerfile('RUN true', 'COPPY . .') } });
    const { number } = await other.openPullRequest({ title: 'One', files: { a: '1' }, labels: ['1.0.0'] });
    const red = await showsPlan(other, number, 'failure', /expected an instruction, found .COPPY/);
    assert.deepEqual(
      other.annotations(red.id).map(({ path, start_line: line }) => [path, line]),
      [['Dockerfile', 3]],
    );
    // Annotations stay with their run: what is right again is another one.
    await other.push(number, { Dockerfile: dockerfile('RUN true') });
    const green = await showsPlan(other, number, 'success', /Merging publishes/);
    assert.deepEqual(other.annotations(green.id), []);
  });

  it('is checked by both files where a pull request changes slipway.yml, and the base branch’s is the one that applies', async () => {
    const repository = await orders(github, { files: { '.github/slipway.yml': 'tags: [latest]\n' } });
    const { number } = await repository.openPullRequest({
      title: 'One',
      files: { '.github/slipway.yml': 'services:\n  - name: renamed\n' },
      labels: ['1.0.0'],
      fork: true,
    });
    const run = await showsPlan(repository, number, 'success', /This pull request changes/);
    assert.match(run.output.title ?? '', new RegExp(`Merging publishes ${repository.service}:1.0.0`));
    assert.match(run.output.summary ?? '', /By the file that it brings:.*renamed:1\.0\.0/s);
    const broken = await repository.openPullRequest({
      title: 'Two',
      files: { '.github/slipway.yml': 'nonsense: true\n' },
      labels: ['1.1.0'],
    });
    await showsPlan(repository, broken.number, 'failure', /line 1: expected.*nonsense/);
  });

  it('keeps a version for the pull request that asked first, and drafts and outsiders block nobody', async () => {
    const repository = await orders(github);
    const open = (title: string, options: Partial<PullOptions> = {}) =>
      repository.openPullRequest({ title, files: { [title]: '1' }, labels: ['1.0.0'], ...options });
    const draft = await open('Draft', { draft: true });
    await showsPlan(repository, draft.number, 'success', /Merging publishes/);
    const outsider = await open('Outsider', { fork: true });
    await showsPlan(repository, outsider.number, 'success', /Merging publishes/);
    const first = await open('First');
    await showsPlan(repository, first.number, 'success', /asks? for the same version/);
    const second = await open('Second');
    await showsPlan(
      repository,
      second.number,
      'failure',
      new RegExp(`asked for by .*#.?${first.number} first.*1\\.0\\.1`, 's'),
    );
    await showsPlan(repository, first.number, 'success', new RegExp(`#.?${second.number}.* ask for the same version`));
    // Closing the first lets it go.
    await repository.close(first.number);
    await showsPlan(repository, second.number, 'success', /Merging publishes/);
    github.assertNoViolations();
  });

  it('turns red by itself when another pull request has published the version, without asking GitHub for more than the write', async () => {
    const repository = await orders(github);
    // One event for each, so that no plan is still read when the requests are counted.
    const open = async (title: string, label: string) => {
      const files = { [title]: '1' };
      const pull = await repository.openPullRequest({ title, files, labels: [label], deliver: false });
      await github.send(repository.payload(pull.number, 'opened'));
      return pull;
    };
    const winner = await open('Winner', '1.0.0');
    await showsPlan(repository, winner.number, 'success', /Merging publishes/);
    const loser = await open('Loser', '1.0.0');
    await showsPlan(repository, loser.number, 'failure', /asked for by/);
    const bump = await open('Bump', 'minor');
    await showsPlan(repository, bump.number, 'success', /0\.1\.0.*settled at the merge/s);
    const before = github.requests.length;
    await repository.merge(winner.number);
    await showsPlan(repository, loser.number, 'failure', /already published by/);
    await showsPlan(repository, bump.number, 'success', /1\.1\.0/);
    const heads = [loser, bump].map(({ number }) => repository.pullRequest(number).head.sha);
    const read = github.requests
      .slice(before)
      .filter(({ path }) => path.includes(`/${repository.name}/`))
      .map(({ method, path, status }) => `${method} ${path} ${status}`)
      .filter((one) => one.includes('/contents/') || heads.some((sha) => one.includes(sha)));
    assert.deepEqual(read, []);
  });

  it('says which aliases stay where they are when a lower free version is published', async () => {
    const repository = await orders(github, {
      files: { '.github/slipway.yml': 'tags: [major, major.minor, latest]\n' },
    });
    const publish = async (version: string) => {
      const { number } = await repository.openPullRequest({
        title: 'One',
        files: { [version]: '1' },
        labels: [version],
      });
      await repository.merge(number);
      await settledPull(repository, number);
      return number;
    };
    await publish('1.4.2');
    const { number } = await repository.openPullRequest({ title: 'Old line', files: { b: '1' }, labels: ['1.3.9'] });
    const run = await showsPlan(repository, number, 'success', /Merging publishes .*1\.3\.9/);
    assert.match(run.output.summary ?? '', /Moves the tag `1\.3`/);
    assert.match(run.output.summary ?? '', /Leaves the tag `1` where it is, at `1\.4\.2`/);
    await repository.merge(number);
    await settledPull(repository, number);
    const digest = async (tag: string) =>
      (await inspectImage(`${registryAddress()}/${repository.service}:${tag}`)).Digest;
    assert.equal(await digest('1'), await digest('1.4.2'));
    assert.equal(await digest('latest'), await digest('1.4.2'));
    assert.equal(await digest('1.3'), await digest('1.3.9'));
  });

  it('shows both pull requests that share a head, and the worse counts', async () => {
    const repository = await orders(github, { files: { '.github/slipway.yml': 'branches: [develop, main]\n' } });
    const one = await repository.openPullRequest({
      title: 'One',
      branch: 'shared',
      files: { a: '1' },
      labels: ['1.0.0'],
    });
    await showsPlan(repository, one.number, 'success', /Merging publishes/);
    const two = await repository.openPullRequest({
      title: 'Two',
      branch: 'shared',
      base: 'main',
      files: { b: '1' },
      labels: ['1.0.0', '2.0.0'],
    });
    assert.equal(repository.pullRequest(two.number).head.sha, repository.pullRequest(one.number).head.sha);
    await showsPlan(repository, one.number, 'failure', /Pull request \d+.*Pull request \d+/s);
    await repository.close(two.number);
    await showsPlan(repository, one.number, 'success', /Merging publishes/);
  });

  it('is there for a merge group, so that a required check does not hold the queue up', async () => {
    const repository = await orders(github);
    const { number } = await repository.openPullRequest({ title: 'One', files: { a: '1' }, labels: ['1.0.0'] });
    await showsPlan(repository, number, 'success', /Merging publishes/);
    const group = await repository.commit(`gh-readonly-queue/develop/pr-${number}-abc`, { a: '1' }, 'Group', {
      from: 'develop',
    });
    await repository.queue(group, number);
    await until('the group has its check', () => newestPlan(repository, group)?.conclusion === 'success');
    github.assertNoViolations();
  });

  it('refuses a merge without a version with the same help, and builds it when a label comes later by somebody who may', async () => {
    const repository = await orders(github);
    const { number } = await repository.openPullRequest({ title: 'No version', files: { a: '1' } });
    await repository.merge(number);
    const { checks, comment } = await settledPull(repository, number);
    assert.ok(checks.every(({ conclusion, name }) => conclusion === 'failure' && name === 'slipway / plan'));
    assert.match(comment.body, /There is no version label|there is no version label/);
    await repository.label(number, 'bug');
    repository.setPermission('mona', 'write');
    await repository.label(number, 'version:1.2.0');
    await until('the label is obeyed', () => /docker pull .*:1\.2\.0/.test(repository.comments(number)[0]?.body ?? ''));
    const { checks: after } = await settledPull(repository, number);
    await until('no check is red any more', () =>
      repository
        .checkRuns()
        .filter((run) => !isPlanCheck(run))
        .every(({ conclusion }) => conclusion === 'success'),
    );
    assert.ok(after.length > checks.length);
    assert.equal(repository.comments(number).length, 1);
    await repository.label(number, 'version:1.3.0');
    await until('a published merge is left alone', () =>
      slipway.logLines.some((line) => line.includes('neither refused nor skipped')),
    );
  });

  it('ends as skipped with `missing: skip`, before the merge as neutral', async () => {
    const repository = await orders(github, { files: { '.github/slipway.yml': 'version: { missing: skip }\n' } });
    const { number } = await repository.openPullRequest({ title: 'Nothing', files: { a: '1' } });
    await showsPlan(repository, number, 'neutral', /Merging publishes nothing/);
    await repository.merge(number);
    const { checks } = await settledPull(repository, number);
    assert.ok(checks.every(({ conclusion }) => conclusion === 'skipped'));
  });

  it('obeys commands in comments of those who may write, and answers by a reaction', async () => {
    const repository = await orders(github);
    const { number } = await repository.openPullRequest({
      title: 'One',
      files: { a: '1' },
      labels: ['1.0.0'],
      deliver: false,
    });
    const say = async (body: string, author = repository.owner) => {
      await repository.comment(number, body, author);
      return repository.comments(number).at(-1) ?? assert.fail('no comment');
    };
    const answered = (comment: { readonly reactions: readonly { readonly content: string }[] }, content: string) =>
      until(`the answer ${content}`, () => comment.reactions.some((one) => one.content === content));
    const ignored = [
      await say('/slipway plan', 'outsider'),
      await say('please\n/slipway plan'),
      await say('/slipway dance'),
    ];
    await answered(await say('/slipway build'), 'confused');
    await answered(await say('/slipway plan\nthank you'), '+1');
    await showsPlan(repository, number, 'success', /Merging publishes/);
    await answered(await say('/slipway cancel'), 'confused');
    assert.deepEqual(
      ignored.flatMap(({ reactions }) => reactions),
      [],
    );
    github.assertNoViolations();
  });

  it('does not take a branch that is behind for one that changes slipway.yml', async () => {
    const repository = await orders(github);
    const { number } = await repository.openPullRequest({ title: 'One', files: { a: '1' }, labels: ['1.0.0'] });
    await showsPlan(repository, number, 'success', /Merging publishes/);
    await repository.commit('develop', { '.github/slipway.yml': 'tags: [latest]\n' }, 'Move latest');
    await repository.label(number, 'topic');
    const run = await showsPlan(repository, number, 'success', /Moves the tag `latest`/);
    assert.doesNotMatch(run.output.summary ?? '', /This pull request changes/);
  });

  it('is there although GitHub tells of a commit before it has it', async () => {
    const repository = await orders(github);
    const of = (path: string) => new RegExp(`/${repository.name}/${path}`);
    const message = 'No commit found for SHA: 1';
    github.inject({ path: of('tarball'), times: 2, fault: { status: 404 } });
    github.inject({ path: of('contents/package.json'), times: 2, fault: { status: 404, body: { message } } });
    github.inject({ method: 'POST', path: of('check-runs'), fault: { status: 422, body: { message } } });
    const { number } = await repository.openPullRequest({ title: 'One', files: { a: '1' }, labels: ['1.0.0'] });
    await showsPlan(repository, number, 'success', /Merging publishes/);
    const shown = repository.checkRuns(repository.pullRequest(number).head.sha).filter(isPlanCheck);
    assert.equal(shown.length, 1);
  });

  it('is by the slipway.yml that attributes leave out of the archive, and so is the merge', async () => {
    const yml = { '.github/slipway.yml': 'services:\n  - { path: a }\n' };
    const service = `hidden-${process.pid}`;
    const files = { 'a/package.json': JSON.stringify({ name: service }), 'a/Dockerfile': dockerfile('RUN true') };
    const repository = await orders(github, {
      files: { '.gitattributes': '.github export-ignore\n', ...yml, ...files },
    });
    const { number } = await repository.openPullRequest({ title: 'One', files: { 'a/x': '1' }, labels: ['1.0.0'] });
    const run = await showsPlan(repository, number, 'success', new RegExp(`Merging publishes.*${service}:1\\.0\\.0`));
    assert.doesNotMatch(run.output.summary ?? '', /This pull request changes/);
    await repository.merge(number);
    const { comment } = await settledPull(repository, number);
    assert.match(comment.body, new RegExp(`${service}:1\\.0\\.0`));
  });

  it('refuses a Dockerfile that is a link out of the tree', async () => {
    const repository = await orders(github);
    const { number } = await repository.openPullRequest({
      title: 'One',
      files: { Dockerfile: { symlink: '../../etc/passwd' } },
      labels: ['1.0.0'],
    });
    await showsPlan(repository, number, 'failure', /a link that leads out of the repository/);
  });

  it('shows hostile names inert, and refuses hostile files in bounded time', async () => {
    const hostile = '@acme/team [x](http://evil) <img src=x> `code` \u202e 1.0.0';
    const repository = await orders(github);
    const { number } = await repository.openPullRequest({
      title: hostile,
      files: { 'a`b@c\u202e': '1' },
      labels: ['<b>@all</b>'],
    });
    const run = await showsPlan(repository, number, 'action_required', /No version/);
    assert.doesNotMatch(run.output.summary ?? '', /\u202e|@acme\/team|<img|\]\(http:\/\/evil/);
    for (const [name, text, told] of [
      [
        'a bomb',
        `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c]\n`,
        /cannot be read|expected/,
      ],
      ['a flood', `# ${'x'.repeat(2 ** 20 - 10)}\n`, /at most 65536 bytes/],
      ['a way out', 'services:\n  - path: ../..\n', /does not lead out/],
      [
        '300 services',
        `services:\n${Array.from({ length: 300 }, (_, i) => `  - path: s${i}\n`).join('')}`,
        /at most 100 services/,
      ],
      ['a twin', 'tags: []\ntags: []\n', /each key once/],
    ] as const) {
      const bad = await orders(github, { files: { '.github/slipway.yml': text } });
      const pull = await bad.openPullRequest({ title: name, files: { a: '1' }, labels: ['1.0.0'] });
      await showsPlan(bad, pull.number, 'failure', told);
    }
  });
});
