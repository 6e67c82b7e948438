import type { Label, Pull, RepositoryRecord } from '../records.ts';
import type { State } from '../state.ts';
import { permissionOf } from '../state.ts';
import { renderUser } from './people.ts';
import { fullName, renderRepository, repositoryPage, repositoryUrl } from './repository.ts';
import { nodeId, timestamp, timestampOrNull } from './text.ts';

export function renderLabel(state: State, repository: RepositoryRecord, label: Label) {
  return {
    id: label.id,
    node_id: nodeId('LA', label.id),
    url: `${repositoryUrl(state, repository)}/labels/${encodeURIComponent(label.name)}`,
    name: label.name,
    color: label.color,
    default: false,
    description: label.description,
  };
}

/** What GitHub says of an author's standing in the repository. */
export function authorAssociation(repository: RepositoryRecord, login: string): string {
  if (repository.owner.login.toLowerCase() === login.toLowerCase()) return 'OWNER';
  const member = ['admin', 'maintain', 'write', 'triage'].includes(permissionOf(repository, login));
  if (!member) return 'NONE';
  return repository.owner.type === 'Organization' ? 'MEMBER' : 'COLLABORATOR';
}

function renderEnd(state: State, repository: RepositoryRecord, ref: string, sha: string) {
  return {
    label: `${repository.owner.login}:${ref}`,
    ref,
    sha,
    user: renderUser(state, repository.owner),
    repo: renderRepository(state, repository),
  };
}

/** A pull request as lists have it. */
export function renderPullBriefly(state: State, repository: RepositoryRecord, pull: Pull) {
  const url = `${repositoryUrl(state, repository)}/pulls/${pull.number}`;
  const issue = `${repositoryUrl(state, repository)}/issues/${pull.number}`;
  const page = `${repositoryPage(state, repository)}/pull/${pull.number}`;
  const statuses = `${repositoryUrl(state, repository)}/statuses/${pull.head.sha}`;
  return {
    url,
    id: pull.id,
    node_id: nodeId('PR', pull.id),
    html_url: page,
    diff_url: `${page}.diff`,
    patch_url: `${page}.patch`,
    issue_url: issue,
    number: pull.number,
    state: pull.state,
    locked: pull.locked,
    title: pull.title,
    user: renderUser(state, pull.author),
    body: pull.body,
    created_at: timestamp(pull.createdAt),
    updated_at: timestamp(pull.updatedAt),
    closed_at: timestampOrNull(pull.closedAt),
    merged_at: timestampOrNull(pull.mergedAt),
    merge_commit_sha: pull.mergeCommit,
    assignee: null,
    assignees: [],
    requested_reviewers: [],
    requested_teams: [],
    // GitHub's own description has no null here, although its answers do.
    labels: pull.labels.map((label) => ({
      ...renderLabel(state, repository, label),
      description: label.description ?? '',
    })),
    milestone: null,
    draft: pull.draft,
    commits_url: `${url}/commits`,
    review_comments_url: `${url}/comments`,
    review_comment_url: `${repositoryUrl(state, repository)}/pulls/comments{/number}`,
    comments_url: `${issue}/comments`,
    statuses_url: statuses,
    head: renderEnd(state, pull.head.repository, pull.head.ref, pull.head.sha),
    base: renderEnd(state, repository, pull.base.ref, pull.base.sha),
    _links: {
      self: { href: url },
      html: { href: page },
      issue: { href: issue },
      comments: { href: `${issue}/comments` },
      review_comments: { href: `${url}/comments` },
      review_comment: { href: `${repositoryUrl(state, repository)}/pulls/comments{/number}` },
      commits: { href: `${url}/commits` },
      statuses: { href: statuses },
    },
    author_association: authorAssociation(repository, pull.author.login),
    auto_merge: null,
    active_lock_reason: null,
  };
}

const mergeableStateOf = (pull: Pull): string => {
  if (pull.state === 'closed' || pull.mergeable === null) return 'unknown';
  if (!pull.mergeable) return 'dirty';
  return pull.draft ? 'draft' : 'clean';
};

/** A pull request in full, as its own route and the payloads have it. */
export function renderPull(state: State, repository: RepositoryRecord, pull: Pull) {
  const open = pull.state === 'open';
  return {
    ...renderPullBriefly(state, repository, pull),
    labels: pull.labels.map((label) => renderLabel(state, repository, label)),
    merged: pull.mergedAt !== null,
    mergeable: open ? pull.mergeable : null,
    rebaseable: open ? pull.mergeable : null,
    mergeable_state: mergeableStateOf(pull),
    merged_by: pull.mergedBy === null ? null : renderUser(state, pull.mergedBy),
    comments: [...repository.comments.values()].filter((one) => one.issueNumber === pull.number).length,
    review_comments: 0,
    maintainer_can_modify: false,
    commits: pull.size.commits,
    additions: pull.size.additions,
    deletions: pull.size.deletions,
    changed_files: pull.size.changedFiles,
  };
}

/** The pull requests that a check run names: open ones of the repository itself, never those of a fork. */
export function renderPullsOfCommit(state: State, repository: RepositoryRecord, sha: string) {
  const end = (one: RepositoryRecord, ref: string, commit: string) => ({
    ref,
    sha: commit,
    repo: { id: one.id, url: `${state.apiUrl}/repos/${fullName(one)}`, name: one.name },
  });
  const pulls = [...repository.pulls.values()].filter(
    (pull) => pull.state === 'open' && pull.head.sha === sha && pull.head.repository.id === repository.id,
  );
  return pulls.map((pull) => ({
    id: pull.id,
    number: pull.number,
    url: `${repositoryUrl(state, repository)}/pulls/${pull.number}`,
    head: end(pull.head.repository, pull.head.ref, pull.head.sha),
    base: end(repository, pull.base.ref, pull.base.sha),
  }));
}
