import type { CheckRun, CheckSuite, Comment, Installation, Pull, RepositoryRecord, User } from '../records.ts';
import { renderCheckRun, renderCheckSuite, runsOfSuite } from '../render/check.ts';
import { renderComment, renderReactions } from '../render/comment.ts';
import { renderInstallation, renderOrganization, renderUser } from '../render/people.ts';
import { authorAssociation, renderLabel, renderPull } from '../render/pull.ts';
import { renderRepository, renderRepositoryBriefly, repositoryPage, repositoryUrl } from '../render/repository.ts';
import { nodeId, timestamp, timestampOrNull } from '../render/text.ts';
import { installationOf, type State } from '../state.ts';

export type Payload = { readonly [key: string]: unknown };

/** What every event of a repository ends with. */
export function surroundings(state: State, repository: RepositoryRecord, sender: User): Payload {
  const installation = installationOf(state, repository);
  return {
    repository: renderRepository(state, repository),
    ...(repository.owner.type === 'Organization' ? { organization: renderOrganization(state, repository.owner) } : {}),
    sender: renderUser(state, sender),
    ...(installation === undefined
      ? {}
      : { installation: { id: installation.id, node_id: nodeId('I', installation.id) } }),
  };
}

export function pullRequestPayload(
  state: State,
  repository: RepositoryRecord,
  pull: Pull,
  action: string,
  sender: User,
  more: Payload = {},
): Payload {
  return {
    action,
    number: pull.number,
    pull_request: renderPull(state, repository, pull),
    ...more,
    ...surroundings(state, repository, sender),
  };
}

export function checkRunPayload(
  state: State,
  run: CheckRun,
  action: string,
  sender: User,
  more: Payload = {},
): Payload {
  const rendered = renderCheckRun(state, run);
  return {
    action,
    check_run: { ...rendered, check_suite: renderCheckSuite(state, run.suite) },
    ...more,
    ...surroundings(state, run.repository, sender),
  };
}

export function checkSuitePayload(
  state: State,
  suite: CheckSuite,
  action: string,
  sender: User,
  headCommit: Payload,
): Payload {
  const { repository: _, ...rendered } = renderCheckSuite(state, suite);
  const runs = runsOfSuite(state, suite);
  return {
    action,
    check_suite: {
      ...rendered,
      head_commit: headCommit,
      latest_check_runs_count: runs.length,
      check_runs_url: `${rendered.url}/check-runs`,
      rerequestable: true,
      runs_rerequestable: true,
    },
    ...surroundings(state, suite.repository, sender),
  };
}

function renderIssue(state: State, repository: RepositoryRecord, pull: Pull): Payload {
  const url = `${repositoryUrl(state, repository)}/issues/${pull.number}`;
  const page = `${repositoryPage(state, repository)}/pull/${pull.number}`;
  return {
    url,
    repository_url: repositoryUrl(state, repository),
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url: page,
    id: pull.id,
    node_id: nodeId('PR', pull.id),
    number: pull.number,
    title: pull.title,
    user: renderUser(state, pull.author),
    labels: pull.labels.map((label) => renderLabel(state, repository, label)),
    state: pull.state,
    locked: pull.locked,
    assignee: null,
    assignees: [],
    milestone: null,
    comments: [...repository.comments.values()].filter((one) => one.issueNumber === pull.number).length,
    created_at: timestamp(pull.createdAt),
    updated_at: timestamp(pull.updatedAt),
    closed_at: timestampOrNull(pull.closedAt),
    author_association: authorAssociation(repository, pull.author.login),
    active_lock_reason: null,
    draft: pull.draft,
    pull_request: {
      url: `${repositoryUrl(state, repository)}/pulls/${pull.number}`,
      html_url: page,
      diff_url: `${page}.diff`,
      patch_url: `${page}.patch`,
      merged_at: timestampOrNull(pull.mergedAt),
    },
    body: pull.body,
    reactions: renderReactions(url, []),
    timeline_url: `${url}/timeline`,
    performed_via_github_app: null,
    state_reason: null,
  };
}

export function issueCommentPayload(
  state: State,
  repository: RepositoryRecord,
  pull: Pull,
  comment: Comment,
  action: string,
  sender: User,
  more: Payload = {},
): Payload {
  return {
    action,
    ...more,
    issue: renderIssue(state, repository, pull),
    comment: renderComment(state, repository, comment),
    ...surroundings(state, repository, sender),
  };
}

export function installationPayload(
  state: State,
  installation: Installation,
  action: string,
  sender: User,
  repositories: readonly RepositoryRecord[],
): Payload {
  return {
    action,
    installation: renderInstallation(state, installation),
    repositories: repositories.map(renderRepositoryBriefly),
    ...(action === 'created' ? { requester: null } : {}),
    sender: renderUser(state, sender),
  };
}

export function pingPayload(state: State): Payload {
  return {
    zen: 'Keep it logically awesome.',
    hook_id: state.hook.id,
    hook: {
      type: 'App',
      id: state.hook.id,
      name: 'web',
      active: true,
      events: state.events,
      config: { content_type: 'json', insecure_ssl: '0', secret: '********', url: state.hook.url },
      updated_at: timestamp(new Date()),
      created_at: timestamp(new Date()),
      app_id: state.appId,
      deliveries_url: `${state.apiUrl}/app/hook/deliveries`,
    },
  };
}

export type Push = {
  readonly ref: string;
  readonly before: string;
  readonly after: string;
  readonly commits: readonly Payload[];
};

export function pushPayload(state: State, repository: RepositoryRecord, push: Push, sender: User): Payload {
  const around = surroundings(state, repository, sender);
  const rendered = renderRepository(state, repository);
  const none = '0'.repeat(40);
  const seconds = (date: Date) => Math.floor(date.getTime() / 1000);
  return {
    ref: push.ref,
    before: push.before,
    after: push.after,
    base_ref: null,
    created: push.before === none,
    deleted: push.after === none,
    forced: false,
    compare: `${repositoryPage(state, repository)}/compare/${push.before.slice(0, 12)}...${push.after.slice(0, 12)}`,
    commits: push.commits,
    head_commit: push.commits.at(-1) ?? null,
    pusher: { name: sender.login, email: null },
    ...around,
    // The push event is the one that gives times as numbers.
    repository: {
      ...rendered,
      owner: { name: repository.owner.login, email: null, ...rendered.owner },
      created_at: seconds(repository.createdAt),
      pushed_at: seconds(repository.pushedAt),
      stargazers: 0,
      master_branch: repository.defaultBranch,
    },
  };
}
