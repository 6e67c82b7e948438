import { after, before, describe, it } from 'node:test';
import type { Files } from '../github/git/write-commit.ts';
import type { Repository } from '../github/repository.ts';
import { type GitHubStandIn, startGitHub } from '../github/start-github.ts';
import { freeAccounts } from '../support/accounts.ts';
import { moveBranch, updateBranch } from '../support/move-branch.ts';
import { dockerfile, isPlanCheck, orders } from '../support/orders.ts';
import { startTestSlipway, type TestSlipway } from '../support/start-test-slipway.ts';
import { until } from '../support/until.ts';

const accounts = freeAccounts(40);
let names = 0;

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

/** A name that no other test has. */
const newName = (): string => {
  names += 1;
  return `texts-${process.pid}-${names}`;
};
const packageJson = (name: string): string => `${JSON.stringify({ name, private: true }, null, 2)}\n`;

/** KiB, and the folder of the service that is changed. */
const kinds = {
  'a large repository': { size: 1_000_000, folder: '' },
  'a small repository of several services': { size: 100, folder: 'a/' },
  'a large repository of several services': { size: 1_000_000, folder: 'a/' },
} as const;

/** A repository with an open pull request that touches the service, and a look at what its plan publishes. */
async function opened({ size, folder }: (typeof kinds)[keyof typeof kinds], changes: Files = {}, base: Files = {}) {
  const at = (files: Files): Files =>
    Object.fromEntries(Object.entries(files).map(([path, is]) => [folder + path, is]));
  const name = newName();
  const service = { 'package.json': packageJson(name), Dockerfile: dockerfile('RUN true'), ...base };
  const other = { 'b/package.json': packageJson(newName()), 'b/Dockerfile': dockerfile('RUN true') };
  const yml = { '.github/slipway.yml': 'services:\n  - { path: a }\n  - { path: b }\n' };
  const files = { ...(folder === '' ? {} : { ...yml, ...other }), ...at(service) };
  const repository = await orders(github, { owner: accounts.next(), files: files as never });
  repository.setSize(size);
  const { number, head } = await repository.openPullRequest({
    title: 'One',
    labels: ['1.0.0'],
    files: at({ x: '1', ...changes }),
    deliver: false,
  });
  await github.send(repository.payload(number, 'opened'));
  const push = (changed: Files) => repository.push(number, at(changed));
  const publishes = (text: string) => shows(repository, number, text);
  return { repository, number, branch: head.ref, name, at, push, publishes };
}

const shows = (repository: Repository, number: number, text: string) =>
  until(`the plan publishes ${text}`, () => {
    const run = repository.checkRuns(repository.pullRequest(number).head.sha).filter(isPlanCheck).at(-1);
    const said = `${run?.output.title}\n${run?.output.summary}`;
    return run?.conclusion === 'success' && said.includes(text) && said;
  });

describe('texts of a pull request that are known without reading them', { concurrency: 6 }, () => {
  for (const [what, kind] of Object.entries(kinds)) {
    it(`are those of a head that was moved by force, in ${what}`, async () => {
      const other = newName();
      const { repository, branch, name, at, publishes } = await opened(kind, { 'package.json': packageJson(other) });
      await publishes(`${other}:1.0.0`);
      await repository.commit('forced', at({ x: '2' }), 'Two', { from: 'develop' });
      await moveBranch(repository, branch, await repository.commit('forced', at({ x: '3' }), 'Three'));
      await publishes(`${name}:1.0.0`);
    });

    it(`are those of the base branch that was merged into the head, in ${what}`, async () => {
      const other = newName();
      const { repository, branch, name, at, publishes } = await opened(kind);
      await publishes(`${name}:1.0.0`);
      const base = await repository.commit('develop', at({ 'package.json': packageJson(other) }), 'Another name');
      await updateBranch(repository, branch, base);
      await publishes(`${other}:1.0.0`);
    });

    it(`are those that a link of the base branch leads to, and follow what it leads to, in ${what}`, async () => {
      const [first, second] = [newName(), newName()];
      const link = { 'package.json': { symlink: 'other.json' }, 'other.json': packageJson(first) };
      const { push, publishes } = await opened(kind, {}, link);
      await publishes(`${first}:1.0.0`);
      await push({ y: '1' });
      await publishes(`${first}:1.0.0`);
      await push({ 'other.json': packageJson(second) });
      await publishes(`${second}:1.0.0`);
    });

    it(`are those that a link leads to, and follow what it leads to, in ${what}`, async () => {
      const [second, third] = [newName(), newName()];
      const { name, push, publishes } = await opened(kind);
      await publishes(`${name}:1.0.0`);
      await push({ 'package.json': { symlink: 'other.json' }, 'other.json': packageJson(second) });
      await publishes(`${second}:1.0.0`);
      await push({ 'other.json': packageJson(third) });
      await publishes(`${third}:1.0.0`);
      await push({ 'package.json': packageJson(second) });
      await publishes(`${second}:1.0.0`);
    });

    it(`are those of before where a change is reverted, and of now where it is changed again, in ${what}`, async () => {
      const [second, third] = [newName(), newName()];
      const { name, push, publishes } = await opened(kind, { 'package.json': packageJson(second) });
      await publishes(`${second}:1.0.0`);
      await push({ 'package.json': packageJson(third) });
      await publishes(`${third}:1.0.0`);
      await push({ 'package.json': packageJson(name) });
      await publishes(`${name}:1.0.0`);
      await push({ y: '1' });
      await publishes(`${name}:1.0.0`);
    });

    it(`are read where a patch does not fit, since archives have other line ends, in ${what}`, async () => {
      const [second, third] = [newName(), newName()];
      const attributes = { '.gitattributes': '*.json text eol=crlf\n' };
      const { name, push, publishes } = await opened(kind, {}, attributes);
      await publishes(`${name}:1.0.0`);
      await push({ 'package.json': packageJson(second) });
      await publishes(`${second}:1.0.0`);
      await push({ 'package.json': packageJson(third), Dockerfile: dockerfile('RUN false') });
      await publishes(`${third}:1.0.0`);
    });

    it(`are read where GitHub does not show all files that are changed, in ${what}`, async () => {
      const [second, third] = [newName(), newName()];
      const many = Object.fromEntries(Array.from({ length: 310 }, (_, index) => [`many/${index}`, '1']));
      const { name, push, publishes } = await opened(kind);
      await publishes(`${name}:1.0.0`);
      await push({ ...many, 'package.json': packageJson(second) });
      await publishes(`${second}:1.0.0`);
      await push({ 'package.json': packageJson(third) });
      await publishes(`${third}:1.0.0`);
      github.assertNoViolations();
    });
  }

  it('are those behind a folder that became a link', async () => {
    const second = newName();
    const { repository, number, name, publishes } = await opened(kinds['a large repository of several services']);
    await publishes(`${name}:1.0.0`);
    const gone = { 'a/package.json': null, 'a/Dockerfile': null, 'a/x': null };
    await repository.push(number, { ...gone, 'd/package.json': packageJson(second), 'd/Dockerfile': dockerfile() });
    await repository.push(number, { a: { symlink: 'd' } });
    await publishes(`${second}:1.0.0`);
    const third = newName();
    await repository.push(number, { 'd/package.json': packageJson(third) });
    await publishes(`${third}:1.0.0`);
  });

  it('are found with the tree where GitHub does not make the comparison', async () => {
    const second = newName();
    const { repository, name, push, publishes } = await opened(kinds['a large repository of several services']);
    await publishes(`${name}:1.0.0`);
    github.inject({ path: new RegExp(`/${repository.name}/compare/`), times: 10, fault: { status: 500 } });
    await push({ 'package.json': packageJson(second) });
    await publishes(`${second}:1.0.0`);
  });
});
