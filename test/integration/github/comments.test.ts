import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { octokitFor, startForTest, startReceiver, statusOf } from './support.ts';

const at = { owner: 'acme', repo: 'orders' };

async function prepare(t: TestContext) {
  const github = await startForTest(t);
  const repository = await github.createRepository({ owner: 'acme', name: 'orders' });
  const pull = await repository.openPullRequest({ title: 'Topic', files: { b: '1\n' } });
  const octokit = await octokitFor(github, repository.installationId);
  return { github, repository, octokit, issue: { ...at, issue_number: pull.number } };
}

test('a comment is written, edited, listed by pages, reacted to and taken away', async (t) => {
  const { github, repository, octokit, issue } = await prepare(t);
  const { data } = await octokit.rest.issues.createComment({ ...issue, body: 'first' });
  assert.equal(data.user?.login, 'slipway[bot]');
  assert.equal(data.performed_via_github_app?.id, github.appId);
  await repository.comment(issue.issue_number, 'by a person');
  const one = { ...at, comment_id: data.id };
  await octokit.rest.issues.updateComment({ ...one, body: 'edited' });
  const reacted = await octokit.rest.reactions.createForIssueComment({ ...one, content: 'rocket' });
  const again = await octokit.rest.reactions.createForIssueComment({ ...one, content: 'rocket' });
  assert.deepEqual([reacted.status, again.status], [201, 200]);
  const listed = await octokit.paginate(octokit.rest.issues.listComments, { ...issue, per_page: 1 });
  assert.deepEqual(
    listed.map((comment) => [comment.body, comment.user?.type, comment.reactions?.rocket]),
    [
      ['edited', 'Bot', 1],
      ['by a person', 'User', 0],
    ],
  );
  await octokit.rest.issues.deleteComment(one);
  assert.equal(await statusOf(octokit.rest.issues.getComment(one)), 404);
  assert.equal(await statusOf(octokit.rest.issues.updateComment({ ...one, body: 'x' })), 404);
  await github.settled();
  github.assertNoViolations();
});

test('a comment holds 65,536 characters, and one more is a violation', async (t) => {
  const { github, octokit, issue } = await prepare(t);
  await octokit.rest.issues.createComment({ ...issue, body: '\u{1F680}'.repeat(65_536) });
  github.assertNoViolations();
  const long = octokit.rest.issues.createComment({ ...issue, body: 'x'.repeat(65_537) });
  assert.equal(await statusOf(long), 422);
  assert.match(
    github
      .takeViolations()
      .map((one) => one.problem)
      .join(),
    /too long/,
  );
});

test('a locked conversation takes no comment, and that is no violation', async (t) => {
  const { github, repository, octokit, issue } = await prepare(t);
  repository.lock(issue.issue_number);
  assert.equal(await statusOf(octokit.rest.issues.createComment({ ...issue, body: 'x' })), 403);
  github.assertNoViolations();
});

test('a comment and its end are delivered', async (t) => {
  const { github, repository, issue } = await prepare(t);
  const receiver = await startReceiver(t);
  github.deliverTo(receiver.url);
  await repository.comment(issue.issue_number, '/slipway rebuild', 'outsider');
  const [comment] = repository.comments(issue.issue_number);
  await repository.deleteComment(comment?.id ?? 0);
  assert.deepEqual(
    receiver.received.map(({ event, body }) => [event, JSON.parse(body.toString()).action]),
    [
      ['issue_comment', 'created'],
      ['issue_comment', 'deleted'],
    ],
  );
  github.assertNoViolations();
});
