import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import type { MergeMethod } from '../../github/git/merge-branches.ts';
import { octokitFor, startForTest, startReceiver, statusOf } from './support.ts';

const run = promisify(execFile);
const at = { owner: 'acme', repo: 'orders' };

async function prepare(t: TestContext) {
  const github = await startForTest(t, {
    permissions: { checks: 'write', contents: 'write', metadata: 'read', pull_requests: 'write' },
    events: ['pull_request', 'push'],
  });
  const repository = await github.createRepository({ owner: 'acme', name: 'orders', files: { a: '1\n' } });
  const octokit = await octokitFor(github, repository.installationId);
  const git = async (...args: string[]) => (await run('git', ['--git-dir', repository.gitDir, ...args])).stdout.trim();
  const get = async (pull_number: number) => (await octokit.rest.pulls.get({ ...at, pull_number })).data;
  return { github, repository, octokit, git, get };
}

const shapes: Readonly<
  Record<MergeMethod, { readonly parents: number; readonly subject: string; readonly commits: number }>
> = {
  merge: { parents: 2, subject: 'Merge pull request #1 from acme/topic', commits: 5 },
  squash: { parents: 1, subject: 'Two files (#1)', commits: 3 },
  rebase: { parents: 1, subject: 'One more commit', commits: 4 },
};

for (const method of ['merge', 'squash', 'rebase'] as const) {
  test(`a ${method} makes the commits that GitHub makes, and brings what both sides have`, async (t) => {
    const { github, repository, git, get } = await prepare(t);
    const pull = await repository.openPullRequest({ title: 'Two files', branch: 'topic', files: { b: '1\n' } });
    const head = await repository.push(pull.number, { c: '1\n' });
    const base = await repository.commit('develop', { d: '1\n' }, 'Meanwhile');
    assert.equal((await get(pull.number)).mergeable, true);
    const { mergeCommit } = await repository.merge(pull.number, { method });
    const shape = shapes[method];
    assert.equal(await git('show', '-s', '--format=%s', mergeCommit), shape.subject);
    assert.equal((await git('show', '-s', '--format=%P', mergeCommit)).split(' ').length, shape.parents);
    assert.equal(await git('rev-list', '--count', mergeCommit), String(shape.commits));
    assert.equal(await git('ls-tree', '--name-only', mergeCommit), 'a\nb\nc\nd');
    assert.equal(await repository.revision('develop'), mergeCommit);
    assert.ok((await git('rev-list', mergeCommit)).includes(base));
    const merged = await get(pull.number);
    assert.deepEqual(
      [merged.merged, merged.state, merged.merge_commit_sha, merged.mergeable, merged.mergeable_state, merged.head.sha],
      [true, 'closed', mergeCommit, null, 'unknown', head],
    );
    github.assertNoViolations();
  });
}

test('a pull request from a fork has its head in the other repository, and its commits are merged', async (t) => {
  const { github, repository, git, get } = await prepare(t);
  const pull = await repository.openPullRequest({ title: 'From outside', files: { b: '1\n' }, fork: true });
  const shown = await get(pull.number);
  assert.equal(shown.head.repo?.full_name, 'outsider/orders');
  assert.equal(shown.head.repo?.fork, true);
  assert.equal(shown.user.login, 'outsider');
  assert.equal(shown.author_association, 'NONE');
  const { mergeCommit } = await repository.merge(pull.number);
  assert.equal(await git('ls-tree', '--name-only', mergeCommit), 'a\nb');
  github.assertNoViolations();
});

test('a push moves the head of an open pull request, by whatever way it came', async (t) => {
  const { github, repository, get } = await prepare(t);
  const pull = await repository.openPullRequest({ title: 'Topic', branch: 'topic', files: { b: '1\n' } });
  const first = pull.head.sha;
  const receiver = await startReceiver(t);
  github.deliverTo(receiver.url);
  const second = await repository.push(pull.number, { b: '2\n' });
  assert.equal((await get(pull.number)).head.sha, second);

  const folder = await mkdtemp(path.join(tmpdir(), 'clone-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  await run('git', ['clone', '--quiet', '--branch', 'topic', repository.gitDir, folder]);
  await writeFile(path.join(folder, 'c'), 'by git\n');
  const who = ['-c', 'user.name=mona', '-c', 'user.email=mona@example.com'];
  await run('git', ['-C', folder, 'add', 'c']);
  await run('git', ['-C', folder, ...who, 'commit', '--quiet', '-m', 'By git']);
  await run('git', ['-C', folder, 'push', '--quiet']);
  await repository.pushed('topic', second);
  const third = await repository.revision('topic');
  assert.equal((await get(pull.number)).head.sha, third);

  const synchronized = receiver.received
    .map(({ body }) => JSON.parse(body.toString()))
    .filter((body) => body.action === 'synchronize');
  assert.deepEqual(
    synchronized.map((body) => [body.before, body.after, body.pull_request.head.sha]),
    [
      [first, second, second],
      [second, third, third],
    ],
  );
  github.assertNoViolations();
});

test('before a merge merge_commit_sha is a test merge, which a closed pull request keeps', async (t) => {
  const { github, repository, git, get } = await prepare(t);
  const clean = await repository.openPullRequest({ title: 'Clean', files: { b: '1\n' } });
  const conflicting = await repository.openPullRequest({ title: 'Conflicting', files: { a: '2\n' } });
  await repository.commit('develop', { a: '3\n' }, 'Meanwhile');
  const open = await get(clean.number);
  assert.equal(open.mergeable, true);
  assert.equal(await git('branch', '--contains', open.merge_commit_sha ?? ''), '');
  await repository.close(clean.number);
  const closed = await get(clean.number);
  assert.deepEqual([closed.merged, closed.merge_commit_sha], [false, open.merge_commit_sha]);
  const dirty = await get(conflicting.number);
  assert.deepEqual([dirty.mergeable, dirty.mergeable_state, dirty.merge_commit_sha], [false, 'dirty', null]);
  await assert.rejects(repository.merge(conflicting.number), /conflicts with develop/);
  github.assertNoViolations();
});

test('pull requests merged at the same time are merged one after the other', async (t) => {
  const { github, repository, git } = await prepare(t);
  const pulls = await Promise.all(
    ['x', 'y', 'z'].map((name) => repository.openPullRequest({ title: name, files: { [name]: '1\n' } })),
  );
  assert.deepEqual(new Set(pulls.map((pull) => pull.number)), new Set([1, 2, 3]));
  await Promise.all(pulls.map((pull) => repository.merge(pull.number)));
  assert.equal(await git('ls-tree', '--name-only', 'develop'), 'a\nx\ny\nz');
  github.assertNoViolations();
});

test('files, labels, title and lists are as the API and people leave them', async (t) => {
  const { github, repository, octokit } = await prepare(t);
  const files = { a: null, b: '1\n', 'c.bin': Buffer.from([0, 1, 2]) };
  const pull = await repository.openPullRequest({ title: 'Files', files, labels: ['bug'], draft: true });
  const issue = { ...at, issue_number: pull.number };
  const listed = await octokit.paginate(octokit.rest.pulls.listFiles, {
    ...at,
    pull_number: pull.number,
    per_page: 2,
  });
  assert.deepEqual(
    listed.map((one) => [one.filename, one.status, one.additions, one.deletions, one.patch !== undefined]),
    [
      ['b', 'renamed', 0, 0, false],
      ['c.bin', 'added', 0, 0, false],
    ],
  );
  await octokit.rest.issues.addLabels({ ...issue, labels: ['version:1.4.2', 'Bug'] });
  await octokit.rest.issues.removeLabel({ ...issue, name: 'bug' });
  const labels = await octokit.rest.issues.listLabelsOnIssue(issue);
  assert.deepEqual(
    labels.data.map((one) => one.name),
    ['version:1.4.2'],
  );
  await octokit.rest.pulls.update({ ...at, pull_number: pull.number, title: '[1.4.2] Files' });
  const list = await octokit.rest.pulls.list({ ...at, base: 'develop' });
  assert.deepEqual(
    list.data.map((one) => [one.title, one.draft]),
    [['[1.4.2] Files', true]],
  );
  assert.equal(await statusOf(octokit.rest.pulls.merge({ ...at, pull_number: pull.number })), 405);
  await repository.ready(pull.number);
  const merged = await octokit.rest.pulls.merge({ ...at, pull_number: pull.number, merge_method: 'squash' });
  const brought = await octokit.rest.repos.listPullRequestsAssociatedWithCommit({ ...at, commit_sha: merged.data.sha });
  assert.deepEqual(
    brought.data.map((one) => one.number),
    [pull.number],
  );
  await github.settled();
  github.assertNoViolations();
});
