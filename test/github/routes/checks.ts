import { suiteOf } from '../actions/suite-of.ts';
import { readCommit, resolveCommit } from '../git/read-repository.ts';
import { type Answer, created, invalid, notFound, ok, Refused, unprocessable } from '../http/answer.ts';
import { inRepository } from '../http/authorize.ts';
import { type Call, param, type Routes } from '../http/call.ts';
import { paged } from '../http/paging.ts';
import type { CheckAction, CheckAnnotation, CheckRun, CheckSuite, RepositoryRecord } from '../records.ts';
import { renderAnnotation, renderCheckRun, renderCheckSuite, runsOfSuite } from '../render/check.ts';
import { renderSimpleCommit } from '../render/commit.ts';
import { nextId } from '../state.ts';
import { emitOfRepository, inBackground } from '../webhooks/emit.ts';
import { checkRunPayload } from '../webhooks/payloads.ts';

type Asked = {
  readonly name?: string;
  readonly head_sha?: string;
  readonly details_url?: string;
  readonly external_id?: string;
  readonly status?: CheckRun['status'];
  readonly started_at?: string;
  readonly conclusion?: string;
  readonly completed_at?: string;
  readonly output?: {
    readonly title?: string;
    readonly summary: string;
    readonly text?: string;
    readonly annotations?: readonly CheckAnnotation[];
  };
  readonly actions?: readonly CheckAction[];
};

function findRun(call: Call, repository: RepositoryRecord): CheckRun {
  const run = call.state.checkRuns.get(Number(param(call, 'check_run_id')));
  if (run === undefined || run.repository !== repository) throw notFound();
  return run;
}

function findSuite(call: Call, repository: RepositoryRecord): CheckSuite {
  const suite = call.state.checkSuites.get(Number(param(call, 'check_suite_id')));
  if (suite === undefined || suite.repository !== repository) throw notFound();
  return suite;
}

/** Rules that GitHub keeps and its description does not say. */
function checkRules(asked: Asked, known: CheckRun | undefined): void {
  if (asked.status === 'completed' && asked.conclusion === undefined) {
    throw invalid('CheckRun', 'conclusion', 'status `completed` needs a conclusion');
  }
  if (asked.name?.trim() === '') throw invalid('CheckRun', 'name', 'name is empty');
  if (known === undefined && asked.output !== undefined && asked.output.title === undefined) {
    throw invalid('CheckRun', 'output', 'output needs a title');
  }
  if (asked.details_url !== undefined && !/^https?:\/\//.test(asked.details_url)) {
    throw invalid('CheckRun', 'details_url', 'details_url must use the http or https scheme');
  }
  for (const annotation of asked.output?.annotations ?? []) {
    if (annotation.end_line < annotation.start_line) {
      throw invalid('CheckAnnotation', 'end_line', 'end_line lies before start_line');
    }
    const columns = annotation.start_column !== undefined || annotation.end_column !== undefined;
    if (columns && annotation.start_line !== annotation.end_line) {
      throw invalid('CheckAnnotation', 'start_column', 'columns need start_line and end_line to be the same');
    }
  }
}

/** Writes what was asked for into the run: annotations are appended, a conclusion completes, a status takes up again. */
function apply(run: CheckRun, asked: Asked): void {
  run.name = asked.name ?? run.name;
  run.detailsUrl = asked.details_url ?? run.detailsUrl;
  run.externalId = asked.external_id ?? run.externalId;
  run.startedAt = asked.started_at === undefined ? run.startedAt : new Date(asked.started_at);
  if (asked.conclusion !== undefined) {
    run.status = 'completed';
    run.conclusion = asked.conclusion;
    run.completedAt = asked.completed_at === undefined ? new Date() : new Date(asked.completed_at);
  } else if (asked.status !== undefined) {
    run.status = asked.status;
    run.conclusion = null;
    run.completedAt = null;
  }
  if (asked.output !== undefined) {
    run.title = asked.output.title ?? run.title;
    run.summary = asked.output.summary;
    run.text = asked.output.text ?? run.text;
    run.annotations.push(...(asked.output.annotations ?? []));
  }
  run.actions = asked.actions === undefined ? run.actions : [...asked.actions];
}

function tell(call: Call, run: CheckRun, action: 'created' | 'completed'): void {
  const build = () => checkRunPayload(call.state, run, action, call.state.appBot);
  inBackground(call.state, emitOfRepository(call.state, 'check_run', build, run.repository));
}

async function createRun(call: Call, repository: RepositoryRecord): Promise<Answer> {
  const asked = call.body as Asked;
  checkRules(asked, undefined);
  const headSha = asked.head_sha ?? '';
  if (!/^[0-9a-f]{40}$/.test(headSha)) throw invalid('CheckRun', 'head_sha', 'head_sha is no full commit id');
  if ((await resolveCommit(repository.gitDir, headSha)) === undefined) {
    throw unprocessable(`No commit found for SHA: ${headSha}`);
  }
  const run: CheckRun = {
    id: nextId(call.state, 'checkRun'),
    suite: suiteOf(call.state, repository, headSha),
    repository,
    headSha,
    name: '',
    status: 'queued',
    conclusion: null,
    detailsUrl: null,
    externalId: '',
    startedAt: new Date(),
    completedAt: null,
    title: null,
    summary: null,
    text: null,
    annotations: [],
    actions: [],
  };
  apply(run, asked);
  call.state.checkRuns.set(run.id, run);
  tell(call, run, run.status === 'completed' ? 'completed' : 'created');
  const rendered = renderCheckRun(call.state, run);
  return created(rendered, rendered.url);
}

function updateRun(call: Call, repository: RepositoryRecord): Answer {
  const run = findRun(call, repository);
  const asked = call.body as Asked;
  checkRules(asked, run);
  const open = run.status !== 'completed';
  apply(run, asked);
  if (open && run.status === 'completed') tell(call, run, 'completed');
  return ok(renderCheckRun(call.state, run));
}

function listRuns(call: Call, runs: readonly CheckRun[]): Promise<Answer> {
  const name = call.query.get('check_name');
  const status = call.query.get('status');
  const appId = call.query.get('app_id');
  const newestFirst = [...runs].reverse();
  const wanted = newestFirst.filter(
    (run, index) =>
      (call.query.get('filter') === 'all' || newestFirst.findIndex((one) => one.name === run.name) === index) &&
      (name === null || run.name === name) &&
      (status === null || run.status === status) &&
      (appId === null || Number(appId) === call.state.appId),
  );
  return paged(
    call,
    wanted,
    (run) => renderCheckRun(call.state, run),
    (page) => ({ total_count: wanted.length, check_runs: page }),
  );
}

async function listRunsForRef(call: Call, repository: RepositoryRecord): Promise<Answer> {
  const sha = await resolveCommit(repository.gitDir, param(call, 'ref'));
  if (sha === undefined) throw unprocessable(`No commit found for SHA: ${param(call, 'ref')}`);
  const runs = [...call.state.checkRuns.values()];
  return listRuns(
    call,
    runs.filter((run) => run.repository === repository && run.headSha === sha),
  );
}

async function getSuite(call: Call, repository: RepositoryRecord): Promise<Answer> {
  const suite = findSuite(call, repository);
  const commit = await readCommit(repository.gitDir, suite.headSha);
  const rendered = renderCheckSuite(call.state, suite);
  return ok({
    ...rendered,
    head_commit: renderSimpleCommit(commit),
    latest_check_runs_count: runsOfSuite(call.state, suite).length,
    check_runs_url: `${rendered.url}/check-runs`,
  });
}

/** GitHub only tells the App; the run itself stays as it is until the App changes it. */
function rerequestRun(call: Call, repository: RepositoryRecord): Answer {
  const run = findRun(call, repository);
  if (run.status !== 'completed') throw new Refused(422, 'This check run is not rerequestable');
  const build = () => checkRunPayload(call.state, run, 'rerequested', call.state.appBot);
  inBackground(call.state, emitOfRepository(call.state, 'check_run', build, repository));
  return created({});
}

const read = ['checks:read'];
const write = ['checks:write'];

export const checkRoutes: Routes = {
  'POST /repos/{owner}/{repo}/check-runs': inRepository(write, createRun),
  'GET /repos/{owner}/{repo}/check-runs/{check_run_id}': inRepository(read, (call, repository) =>
    ok(renderCheckRun(call.state, findRun(call, repository))),
  ),
  'PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}': inRepository(write, updateRun),
  'GET /repos/{owner}/{repo}/check-runs/{check_run_id}/annotations': inRepository(read, (call, repository) => {
    const run = findRun(call, repository);
    return paged(call, run.annotations, (one) => renderAnnotation(call.state, run, one));
  }),
  'POST /repos/{owner}/{repo}/check-runs/{check_run_id}/rerequest': inRepository(write, rerequestRun),
  'GET /repos/{owner}/{repo}/commits/{ref}/check-runs': inRepository(read, listRunsForRef),
  'GET /repos/{owner}/{repo}/check-suites/{check_suite_id}': inRepository(read, getSuite),
  'GET /repos/{owner}/{repo}/check-suites/{check_suite_id}/check-runs': inRepository(read, (call, repository) =>
    listRuns(call, runsOfSuite(call.state, findSuite(call, repository))),
  ),
};
