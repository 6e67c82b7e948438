import type { CheckAnnotation, CheckRun, CheckSuite } from '../records.ts';
import type { State } from '../state.ts';
import { renderApp } from './people.ts';
import { renderPullsOfCommit } from './pull.ts';
import { renderRepository, repositoryPage, repositoryUrl } from './repository.ts';
import { encodePath, nodeId, timestamp, timestampOrNull } from './text.ts';

export function renderCheckRun(state: State, run: CheckRun) {
  const url = `${repositoryUrl(state, run.repository)}/check-runs/${run.id}`;
  return {
    id: run.id,
    name: run.name,
    node_id: nodeId('CR', run.id),
    head_sha: run.headSha,
    external_id: run.externalId,
    url,
    html_url: `${repositoryPage(state, run.repository)}/runs/${run.id}`,
    details_url: run.detailsUrl ?? 'https://slipway.example',
    status: run.status,
    conclusion: run.conclusion,
    started_at: timestamp(run.startedAt),
    completed_at: timestampOrNull(run.completedAt),
    output: {
      title: run.title,
      summary: run.summary,
      text: run.text,
      annotations_count: run.annotations.length,
      annotations_url: `${url}/annotations`,
    },
    check_suite: { id: run.suite.id },
    app: renderApp(state),
    pull_requests: renderPullsOfCommit(state, run.repository, run.headSha),
  };
}

export function renderAnnotation(state: State, run: CheckRun, annotation: CheckAnnotation) {
  return {
    path: annotation.path,
    blob_href: `${repositoryPage(state, run.repository)}/blob/${run.headSha}/${encodePath(annotation.path)}`,
    start_line: annotation.start_line,
    start_column: annotation.start_column ?? null,
    end_line: annotation.end_line,
    end_column: annotation.end_column ?? null,
    annotation_level: annotation.annotation_level,
    title: annotation.title ?? null,
    message: annotation.message,
    raw_details: annotation.raw_details ?? null,
  };
}

/** A suite is as far as the least of its runs. */
function suiteStatus(runs: readonly CheckRun[]): {
  status: 'queued' | 'in_progress' | 'completed';
  conclusion: string | null;
} {
  if (runs.length === 0) return { status: 'queued', conclusion: null };
  if (runs.some((run) => run.status !== 'completed')) return { status: 'in_progress', conclusion: null };
  const failed = runs.find((run) => !['success', 'neutral', 'skipped'].includes(run.conclusion ?? ''));
  return { status: 'completed', conclusion: failed?.conclusion ?? 'success' };
}

export const runsOfSuite = (state: State, suite: CheckSuite): CheckRun[] =>
  [...state.checkRuns.values()].filter((run) => run.suite === suite);

const headBranchOf = (suite: CheckSuite): string | null => {
  const pulls = [...suite.repository.pulls.values()];
  const own = pulls.filter((pull) => pull.head.repository.id === suite.repository.id);
  return own.find((pull) => pull.head.sha === suite.headSha)?.head.ref ?? null;
};

/** A suite without the fields that its own route and its own events add. */
export function renderCheckSuite(state: State, suite: CheckSuite) {
  return {
    id: suite.id,
    node_id: nodeId('CS', suite.id),
    head_branch: headBranchOf(suite),
    head_sha: suite.headSha,
    ...suiteStatus(runsOfSuite(state, suite)),
    url: `${repositoryUrl(state, suite.repository)}/check-suites/${suite.id}`,
    before: null,
    after: suite.headSha,
    pull_requests: renderPullsOfCommit(state, suite.repository, suite.headSha),
    app: renderApp(state),
    created_at: timestamp(suite.createdAt),
    updated_at: timestamp(suite.createdAt),
    repository: renderRepository(state, suite.repository),
  };
}
