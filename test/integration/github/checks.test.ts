import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { octokitFor, startForTest, startReceiver, statusOf } from './support.ts';

async function prepare(t: TestContext) {
  const github = await startForTest(t);
  const repository = await github.createRepository({ owner: 'acme', name: 'orders' });
  const octokit = await octokitFor(github, repository.installationId);
  const head_sha = await repository.revision('develop');
  const at = { owner: 'acme', repo: 'orders' };
  const create = (more: object = {}) =>
    octokit.rest.checks.create({ ...at, name: 'slipway / orders', head_sha, ...more });
  return { github, repository, octokit, head_sha, at, create };
}

const annotation = (line: number) => ({
  path: 'Dockerfile',
  start_line: line,
  end_line: line,
  annotation_level: 'failure' as const,
  message: `line ${line}`,
});
const output = (more: object = {}) => ({ title: 'a title', summary: 'a summary', ...more });
const action = (more: object = {}) => ({
  label: 'Rebuild',
  description: 'Build again',
  identifier: 'rebuild',
  ...more,
});

test('each limit of a check run is refused with 422, and counts as a violation', async (t) => {
  const { github, create } = await prepare(t);
  const tooMuch: Record<string, object> = {
    'a summary of 65,536 characters': { output: output({ summary: 's'.repeat(65_536) }) },
    'a text of 65,536 characters': { output: output({ text: 's'.repeat(65_536) }) },
    '51 annotations': {
      output: output({ annotations: Array.from({ length: 51 }, (_, index) => annotation(index + 1)) }),
    },
    'four buttons': { actions: [1, 2, 3, 4].map((one) => action({ identifier: `id${one}` })) },
    'a label of 21 characters': { actions: [action({ label: 'l'.repeat(21) })] },
    'a description of 41 characters': { actions: [action({ description: 'd'.repeat(41) })] },
    'an identifier of 21 characters': { actions: [action({ identifier: 'i'.repeat(21) })] },
    'an unknown conclusion': { conclusion: 'published' },
    'completed without a conclusion': { status: 'completed' },
    'a shortened commit id': { head_sha: 'abc1234' },
    'an output without a title': { output: { summary: 'a summary' } },
    'an annotation that ends before it starts': {
      output: output({ annotations: [{ ...annotation(3), end_line: 2 }] }),
    },
    'columns over several lines': {
      output: output({ annotations: [{ ...annotation(3), end_line: 4, start_column: 1 }] }),
    },
    'a details_url that is no address': { details_url: 'builds/1' },
  };
  for (const [name, more] of Object.entries(tooMuch)) {
    assert.equal(await statusOf(create(more)), 422, name);
    assert.notDeepEqual(github.takeViolations(), [], name);
  }
});

test('everything up to the limits is taken', async (t) => {
  const { github, repository, create } = await prepare(t);
  const annotations = Array.from({ length: 50 }, (_, index) => annotation(index + 1));
  const long = { summary: '\u{1F680}'.repeat(65_535), text: 't'.repeat(65_535), annotations };
  const actions = ['a', 'b', 'c'].map((one) =>
    action({ label: one.repeat(20), description: one.repeat(40), identifier: one.repeat(20) }),
  );
  const made = await create({ output: output(long), actions });
  assert.equal(made.data.output.annotations_count, 50);
  assert.deepEqual(
    repository.checkRuns().map((run) => run.actions.length),
    [3],
  );
  await github.settled();
  github.assertNoViolations();
});

test('a property that GitHub does not know is a violation, although the run is made', async (t) => {
  const { github, create } = await prepare(t);
  await create({ output: { title: 'a', summary: 'b', anotations: [] } });
  assert.match(github.takeViolations()[0]?.problem ?? '', /anotations/);
});

test('a commit that is not there is refused, without being a violation', async (t) => {
  const { github, create } = await prepare(t);
  assert.equal(await statusOf(create({ head_sha: 'a'.repeat(40) })), 422);
  github.assertNoViolations();
});

test('an update appends annotations, a conclusion alone completes, a status takes the run up again', async (t) => {
  const { github, repository, octokit, at, create } = await prepare(t);
  const { data } = await create({ status: 'in_progress', output: output({ annotations: [annotation(1)] }) });
  const update = (more: object) => octokit.rest.checks.update({ ...at, check_run_id: data.id, ...more });
  const done = await update({ conclusion: 'failure', output: output({ annotations: [annotation(2)] }) });
  assert.equal(done.data.status, 'completed');
  assert.ok(done.data.completed_at);
  assert.deepEqual(
    repository.annotations(data.id).map((one) => one.start_line),
    [1, 2],
  );
  const again = await update({ status: 'in_progress' });
  assert.equal(again.data.conclusion, null);
  assert.equal(again.data.completed_at, null);
  assert.equal(again.data.output.annotations_count, 2);
  const listed = await octokit.paginate(octokit.rest.checks.listAnnotations, {
    ...at,
    check_run_id: data.id,
    per_page: 1,
  });
  assert.deepEqual(
    listed.map((one) => one.start_line),
    [1, 2],
  );
  await github.settled();
  github.assertNoViolations();
});

test('the newest run of a name is listed for a commit, all of them on request', async (t) => {
  const { github, octokit, at, head_sha, create } = await prepare(t);
  const first = await create();
  const second = await create({ conclusion: 'success' });
  await create({ name: 'slipway / plan' });
  const idsOf = async (more: object) => {
    const { data } = await octokit.rest.checks.listForRef({ ...at, ref: head_sha, ...more });
    assert.equal(data.total_count, data.check_runs.length);
    return data.check_runs.map((run) => run.id);
  };
  const named = { check_name: 'slipway / orders' };
  assert.deepEqual(await idsOf(named), [second.data.id]);
  assert.deepEqual(await idsOf({ ...named, filter: 'all' }), [second.data.id, first.data.id]);
  assert.deepEqual(await idsOf({ ...named, status: 'queued' }), []);
  assert.deepEqual((await idsOf({ filter: 'all' })).length, 3);
  const suite = await octokit.rest.checks.getSuite({ ...at, check_suite_id: first.data.check_suite?.id ?? 0 });
  assert.equal(suite.data.head_sha, head_sha);
  assert.equal(suite.data.latest_check_runs_count, 3);
  github.assertNoViolations();
});

test('a run names the open pull requests of the repository itself, and none of a fork', async (t) => {
  const { github, repository, create } = await prepare(t);
  const own = await repository.openPullRequest({ title: 'Own', files: { a: '1' } });
  const fork = await repository.openPullRequest({ title: 'Fork', files: { b: '1' }, fork: true });
  const ofOwn = await create({ head_sha: own.head.sha });
  const ofFork = await create({ head_sha: fork.head.sha });
  assert.deepEqual(
    ofOwn.data.pull_requests.map((one) => one.number),
    [own.number],
  );
  assert.deepEqual(ofFork.data.pull_requests, []);
  await github.settled();
  github.assertNoViolations();
});

test('pressing a button and asking again are delivered, and leave the run as it is', async (t) => {
  const { github, repository, create } = await prepare(t);
  const receiver = await startReceiver(t);
  const { data } = await create({ conclusion: 'failure', actions: [action()] });
  await github.settled();
  github.deliverTo(receiver.url);
  await repository.clickAction(data.id, 'rebuild', 'mona');
  await repository.rerequest(data.id, 'mona');
  const bodies = receiver.received.map(({ body }) => JSON.parse(body.toString()));
  assert.deepEqual(
    bodies.map((body) => [body.action, body.requested_action?.identifier, body.check_run.id, body.sender.login]),
    [
      ['requested_action', 'rebuild', data.id, 'mona'],
      ['rerequested', undefined, data.id, 'mona'],
    ],
  );
  assert.equal(repository.checkRuns()[0]?.conclusion, 'failure');
  assert.throws(() => repository.clickAction(data.id, 'cancel', 'mona'), /expected a button cancel, found \[rebuild\]/);
  github.assertNoViolations();
});
