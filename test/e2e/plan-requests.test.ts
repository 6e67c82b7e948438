import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Files } from '../github/git/write-commit.ts';
import type { PullOptions, Repository } from '../github/repository.ts';
import { type GitHubStandIn, startGitHub } from '../github/start-github.ts';
import { freeAccounts } from '../support/accounts.ts';
import { moveBranch, updateBranch } from '../support/move-branch.ts';
import { dockerfile, orders as ordersOf } from '../support/orders.ts';
import { showsPlan } from '../support/shows-plan.ts';
import { startTestSlipway, type TestSlipway } from '../support/start-test-slipway.ts';
import { until } from '../support/until.ts';

const accounts = freeAccounts(40);
const orders: typeof ordersOf = (on, given) => ordersOf(on, { owner: accounts.next(), ...given });

let threes = 0;
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
  it('costs at most four requests when nothing is known, one when nothing has changed, and a burst costs one plan', async () => {
    const repository = await orders(github);
    const spent = () =>
      github.requests.filter(
        ({ path, status }) => path.includes(`/${repository.name}/`) && status !== 304 && !path.includes('legacy'),
      );
    const { number } = await repository.openPullRequest({ title: 'One', files: { a: '1' }, labels: ['1.0.0'] });
    await showsPlan(repository, number, 'success', /1\.0\.0/);
    await until('nothing is under way', () => quiet(slipway));
    assert.ok(
      spent().length <= 4,
      spent()
        .map(({ method, path }) => `${method} ${path}`)
        .join('\n'),
    );
    const before = spent().length;
    await repository.unlabel(number, '1.0.0');
    await showsPlan(repository, number, 'action_required', /No version/);
    assert.ok(spent().length - before <= 2);
    const burst = spent().length;
    await Promise.all(Array.from({ length: 20 }, (_, index) => repository.label(number, `topic-${index}`)));
    await repository.label(number, '2.0.0');
    await showsPlan(repository, number, 'success', /2\.0\.0/);
    assert.ok(
      spent().length - burst <= 8,
      spent()
        .slice(burst)
        .map(({ method, path }) => `${method} ${path}`)
        .join('\n'),
    );
  });

  /** Three services in folders, whose names no other test has. */
  function threeServices(): Record<string, string> {
    threes += 1;
    const files = ['a', 'b', 'c'].flatMap((folder) => [
      [`${folder}/package.json`, `{"name": "costs-${process.pid}-${threes}-${folder}"}\n`],
      [`${folder}/Dockerfile`, dockerfile('RUN true')],
    ]);
    const yml = 'services:\n  - { path: a }\n  - { path: b }\n  - { path: c }\n';
    return { '.github/slipway.yml': yml, ...Object.fromEntries(files) };
  }
  const yml = { '.github/slipway.yml': 'tags: [latest]\n' };
  const label = { labels: ['1.0.0'] };
  const title = { title: 'Release 1.0.0' };
  const ofA = { files: { 'a/x': '1' } };
  const brought = threeServices();
  const other = dockerfile('LABEL other=1').replace(/^FROM \S+/, 'FROM other:2');
  type Cost = {
    size: number;
    files?: Record<string, string>;
    options: Partial<PullOptions>;
    push?: Files;
    shows?: RegExp;
  };
  const small = 100;
  const large = 1_000_000;
  const costs: Readonly<Record<string, Cost>> = {
    'a small repository': { size: small, options: label },
    'a small repository with slipway.yml': { size: small, files: yml, options: label },
    'a small repository whose title decides': { size: small, options: title },
    'a small repository with slipway.yml whose title decides': { size: small, files: yml, options: title },
    'a small repository of three services': { size: small, files: threeServices(), options: { ...label, ...ofA } },
    'a small repository of three services whose title decides': {
      size: small,
      files: threeServices(),
      options: { ...title, ...ofA },
    },
    'a large repository': { size: large, options: label },
    'a large repository with slipway.yml': { size: large, files: yml, options: label },
    'a large repository whose title decides': { size: large, options: title },
    'a large repository with slipway.yml whose title decides': { size: large, files: yml, options: title },
    'a large repository of three services': { size: large, files: threeServices(), options: { ...label, ...ofA } },
    'a large repository of three services whose title decides': {
      size: large,
      files: threeServices(),
      options: { ...title, ...ofA },
    },
    'a large repository where it changes the Dockerfile': {
      size: large,
      options: label,
      push: { Dockerfile: other },
      shows: /from `other:2`/,
    },
    'a large repository of three services where it changes a Dockerfile': {
      size: large,
      files: threeServices(),
      options: { ...title, ...ofA },
      push: { 'a/Dockerfile': other },
      shows: /from `other:2`/,
    },
    'a small repository of three services where it changes a Dockerfile': {
      size: small,
      files: threeServices(),
      options: { ...label, ...ofA },
      push: { 'a/Dockerfile': other },
      shows: /from `other:2`/,
    },
    'a repository that the pull request brings a slipway.yml into': {
      size: small,
      options: { ...label, files: yml },
      shows: /This pull request changes/,
    },
    'a repository that the pull request brings a service into': {
      size: small,
      files: only(brought, (path) => !path.startsWith('a/')),
      options: { ...label, files: only(brought, (path) => path.startsWith('a/')) },
    },
    'a fork': { size: small, options: { ...label, fork: true } },
    'a fork, large, of three services': {
      size: large,
      files: threeServices(),
      options: { ...label, ...ofA, fork: true },
    },
  };
  for (const [what, { size, files = {}, options, push = { 'a/y': '2' }, shows: text = /1\.0\.0/ }] of Object.entries(
    costs,
  )) {
    it(`costs at most four requests at first and two for a commit that leaves package.json and slipway.yml alone, in ${what}`, async () => {
      const repository = await orders(github, { files });
      repository.setSize(size);
      const given = { title: 'One', files: { b: '1' }, ...options };
      const { number } = await repository.openPullRequest({ ...given, deliver: false });
      await github.send(repository.payload(number, 'opened'));
      await showsPlan(repository, number, 'success', /1\.0\.0/);
      await until('nothing is under way', () => quiet(slipway));
      const first = paid(repository);
      assert.ok(first.length <= 4, first.join('\n'));
      await repository.push(number, push);
      await showsPlan(repository, number, 'success', text);
      await until('nothing is under way', () => quiet(slipway));
      const next = paid(repository).slice(first.length);
      assert.ok(next.length <= 2, next.join('\n'));
      if (size === large) assert.ok(!next.some((one) => one.includes('tarball')), next.join('\n'));
      await repository.push(number, { 'a/y': '3' });
      await showsPlan(repository, number, 'success', text);
      await until('nothing is under way', () => quiet(slipway));
      const last = paid(repository).slice(first.length + next.length);
      assert.ok(last.length <= 2, last.join('\n'));
      github.assertNoViolations();
    });
  }

  /** Opens a pull request once develop has gone on, if it has to be behind, and tells what its first plan costs. */
  async function firstCost(files: Record<string, string>, options: Partial<PullOptions>, isBehind = false) {
    const repository = await orders(github, { files });
    const given = { title: 'One', files: { b: '1' }, ...options };
    const { number, head } = await repository.openPullRequest({ ...given, deliver: false });
    if (isBehind) await repository.commit('develop', { elsewhere: '1' }, 'Go on');
    await github.send(repository.payload(number, 'opened'));
    await showsPlan(repository, number, 'success', /1\.0\.0/);
    await until('nothing is under way', () => quiet(slipway));
    const first = paid(repository);
    const next = async (doing: () => Promise<unknown>, text = /1\.0\.0/) => {
      const before = paid(repository).length;
      await doing();
      await showsPlan(repository, number, 'success', text);
      await until('nothing is under way', () => quiet(slipway));
      return paid(repository).slice(before);
    };
    return { repository, number, ref: head.ref, first, next };
  }

  it('costs a fifth request where the title decides and the comparison does not tell of the base branch’s slipway.yml', async () => {
    const behind = await firstCost(threeServices(), { ...title, ...ofA }, true);
    assert.equal(behind.first.length, 5, behind.first.join('\n'));
    const changed = { '.github/slipway.yml': 'tags: [major]\n' };
    const changing = await firstCost(yml, { ...title, files: changed });
    assert.equal(changing.first.length, 5, changing.first.join('\n'));
    for (const { repository, number, next } of [behind, changing]) {
      const again = await next(() => repository.push(number, { 'a/y': '2' }));
      assert.ok(again.length <= 2, again.join('\n'));
    }
  });

  it('costs a third request where several services are watched and the base branch comes into the head', async () => {
    const { repository, number, ref, next } = await firstCost(threeServices(), { ...label, ...ofA });
    const update = async () => {
      const base = await repository.commit('develop', { elsewhere: '1' }, 'Go on');
      await updateBranch(repository, ref, base);
    };
    const updated = await next(update);
    assert.equal(updated.length, 3, updated.join('\n'));
    const again = await next(() => repository.push(number, { 'a/y': '2' }));
    assert.ok(again.length <= 2, again.join('\n'));
  });

  it('costs a third request where a large repository’s head is moved by force and another Dockerfile comes with it', async () => {
    const { repository, number, ref, next } = await firstCost({}, label);
    repository.setSize(large);
    const again = await next(() => repository.push(number, { c: '1' }));
    assert.ok(again.length <= 2, again.join('\n'));
    const forced = async () =>
      moveBranch(
        repository,
        ref,
        await repository.commit('forced', { Dockerfile: other }, 'Forced', { from: 'develop' }),
      );
    const moved = await next(forced, /from `other:2`/);
    assert.equal(moved.length, 3, moved.join('\n'));
  });

  it('reads the files of a large repository again where a commit changes one of them', async () => {
    const repository = await orders(github);
    repository.setSize(1_000_000);
    const { number } = await repository.openPullRequest({ title: 'One', files: { a: '1' }, labels: ['1.0.0'] });
    await showsPlan(repository, number, 'success', /1\.0\.0/);
    await repository.push(number, { Dockerfile: dockerfile('COPPY . .') });
    await showsPlan(repository, number, 'failure', /expected an instruction, found .COPPY/);
    const before = paid(repository).length;
    await repository.push(number, { Dockerfile: { symlink: '../../etc/passwd' } });
    await showsPlan(repository, number, 'failure', /a link that leads out of the repository/);
    assert.ok(paid(repository).length - before <= 4);
    await repository.push(number, { Dockerfile: dockerfile('RUN true'), '.github/slipway.yml': 'nonsense: 1\n' });
    await showsPlan(repository, number, 'failure', /line 1: expected.*nonsense/);
    github.assertNoViolations();
  });

  it('makes the plans of a branch again when a merge changes its slipway.yml, and asks GitHub for little', async () => {
    const repository = await orders(github, { files: { '.github/slipway.yml': 'tags: [latest]\n' } });
    const open = async (title: string, label: string, files: PullOptions['files'], base = 'develop') => {
      const { number } = await repository.openPullRequest({ title, files, labels: [label], base, deliver: false });
      await github.send(repository.payload(number, 'opened'));
      return number;
    };
    const others = [await open('One', '1.0.0', { a: '1' }), await open('Two', '2.0.0', { b: '1' })];
    for (const number of others) await showsPlan(repository, number, 'success', /Moves the tag `latest`/);
    const change = await open('Change', '3.0.0', { '.github/slipway.yml': 'tags: [major]\n' });
    await showsPlan(repository, change, 'success', /This pull request changes/);
    await until('nothing is under way', () => quiet(slipway));
    const before = paid(repository).length;
    await repository.merge(change);
    await showsPlan(repository, others[0] ?? 0, 'success', /Moves the tag `1`/);
    await showsPlan(repository, others[1] ?? 0, 'success', /Moves the tag `2`/);
    const heads = others.map((number) => repository.pullRequest(number).head.sha);
    const read = paid(repository)
      .slice(before)
      .filter((one) => one.startsWith('GET') && heads.some((sha) => one.includes(sha)));
    // Whether they change the file themselves.
    assert.ok(
      read.every((one) => one.includes('/compare/')),
      read.join('\n'),
    );
    github.assertNoViolations();
  });
});

function only(files: Record<string, string>, isWanted: (path: string) => boolean): Record<string, string> {
  return Object.fromEntries(Object.entries(files).filter(([path]) => isWanted(path)));
}

/** What was asked of GitHub about a repository and counts: a 304 costs nothing, and an archive comes from another host. */
const paid = ({ name }: Repository): readonly string[] =>
  github.requests
    .filter(({ path, status }) => path.split(/[/?]/).includes(name) && status !== 304 && !path.includes('legacy'))
    .map(({ method, path }) => `${method} ${path}`);

/** Whether no job of a plan waits: the last line of the log is older than a moment. */
async function quiet({ logLines }: TestSlipway): Promise<boolean> {
  const before = logLines.length;
  await new Promise((resolve) => setTimeout(resolve, 300));
  return logLines.length === before;
}
