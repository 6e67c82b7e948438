import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { octokitFor, startForTest, startReceiver } from './support.ts';

const run = promisify(execFile);

const files = {
  'package.json': '{"name":"@acme/orders"}\n',
  Dockerfile: 'FROM scratch\n',
  'bin/start': { executable: '#!/bin/sh\n' },
};

test('a merged pull request is delivered signed, and its source, checks and comments are there', async (t) => {
  const github = await startForTest(t);
  const receiver = await startReceiver(t);
  github.deliverTo(receiver.url);
  const repository = await github.createRepository({ owner: 'acme', name: 'orders', private: true, files });
  const pull = await repository.openPullRequest({
    title: 'Retry',
    files: { 'retry.ts': 'export {};\n' },
    labels: ['version:1.4.2'],
  });
  const headSha = pull.head.sha;
  const { mergeCommit, delivery } = await repository.merge(pull.number);
  assert.equal(delivery?.statusCode, 200);

  const closed = receiver.received.find(({ headers }) => headers['x-github-delivery'] === delivery.guid);
  assert.ok(closed);
  const signature = createHmac('sha256', github.webhookSecret).update(closed.body).digest('hex');
  assert.equal(closed.headers['x-hub-signature-256'], `sha256=${signature}`);
  const payload = JSON.parse(closed.body.toString());
  assert.equal(payload.pull_request.merged, true);
  assert.equal(payload.pull_request.merge_commit_sha, mergeCommit);
  assert.deepEqual(
    payload.pull_request.labels.map((label: { name: string }) => label.name),
    ['version:1.4.2'],
  );

  const octokit = await octokitFor(github, payload.installation.id);
  const at = { owner: 'acme', repo: 'orders' };
  const content = await octokit.rest.repos.getContent({ ...at, path: 'package.json', ref: mergeCommit });
  assert.ok(!Array.isArray(content.data) && content.data.type === 'file');
  assert.equal(Buffer.from(content.data.content, 'base64').toString(), files['package.json']);

  const archive = await octokit.rest.repos.downloadTarballArchive({ ...at, ref: mergeCommit });
  const folder = `acme-orders-${mergeCommit.slice(0, 7)}`;
  const listing = run('tar', ['-tzf', '-']);
  listing.child.stdin?.end(Buffer.from(archive.data as ArrayBuffer));
  assert.deepEqual((await listing).stdout.trim().split('\n').sort(), [
    `${folder}/`,
    `${folder}/Dockerfile`,
    `${folder}/bin/`,
    `${folder}/bin/start`,
    `${folder}/package.json`,
    `${folder}/retry.ts`,
  ]);

  const output = { title: 'orders:1.4.2 published', summary: 'done' };
  const check = await octokit.rest.checks.create({ ...at, name: 'slipway / orders', head_sha: headSha, output });
  await octokit.rest.checks.update({ ...at, check_run_id: check.data.id, conclusion: 'success' });
  await octokit.rest.issues.createComment({ ...at, issue_number: pull.number, body: '<!-- slipway -->' });
  const standing = await octokit.rest.repos.getCollaboratorPermissionLevel({ ...at, username: 'mona' });
  assert.equal(standing.data.permission, 'write');
  assert.deepEqual(
    repository.checkRuns(headSha).map(({ name, status, conclusion }) => ({ name, status, conclusion })),
    [{ name: 'slipway / orders', status: 'completed', conclusion: 'success' }],
  );
  assert.equal(repository.comments(pull.number)[0]?.body, '<!-- slipway -->');
  await github.settled();
  github.assertNoViolations();
});
