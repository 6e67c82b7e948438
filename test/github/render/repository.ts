import type { RepositoryRecord } from '../records.ts';
import type { State } from '../state.ts';
import { renderUser } from './people.ts';
import { nodeId, timestamp } from './text.ts';

/** Addresses of a repository in the API, as GitHub's templates have them. */
const addresses: Readonly<Record<string, string>> = {
  forks_url: '/forks',
  keys_url: '/keys{/key_id}',
  collaborators_url: '/collaborators{/collaborator}',
  teams_url: '/teams',
  hooks_url: '/hooks',
  issue_events_url: '/issues/events{/number}',
  events_url: '/events',
  assignees_url: '/assignees{/user}',
  branches_url: '/branches{/branch}',
  tags_url: '/tags',
  blobs_url: '/git/blobs{/sha}',
  git_tags_url: '/git/tags{/sha}',
  git_refs_url: '/git/refs{/sha}',
  trees_url: '/git/trees{/sha}',
  statuses_url: '/statuses/{sha}',
  languages_url: '/languages',
  stargazers_url: '/stargazers',
  contributors_url: '/contributors',
  subscribers_url: '/subscribers',
  subscription_url: '/subscription',
  commits_url: '/commits{/sha}',
  git_commits_url: '/git/commits{/sha}',
  comments_url: '/comments{/number}',
  issue_comment_url: '/issues/comments{/number}',
  contents_url: '/contents/{+path}',
  compare_url: '/compare/{base}...{head}',
  merges_url: '/merges',
  archive_url: '/{archive_format}{/ref}',
  downloads_url: '/downloads',
  issues_url: '/issues{/number}',
  pulls_url: '/pulls{/number}',
  milestones_url: '/milestones{/number}',
  notifications_url: '/notifications{?since,all,participating}',
  labels_url: '/labels{/name}',
  releases_url: '/releases{/id}',
  deployments_url: '/deployments',
};

export const fullName = (repository: RepositoryRecord): string => `${repository.owner.login}/${repository.name}`;

export const repositoryUrl = (state: State, repository: RepositoryRecord): string =>
  `${state.apiUrl}/repos/${fullName(repository)}`;

export const repositoryPage = (state: State, repository: RepositoryRecord): string =>
  `${state.webUrl}/${fullName(repository)}`;

/** A repository as it stands in answers and payloads. */
export function renderRepository(state: State, repository: RepositoryRecord) {
  const url = repositoryUrl(state, repository);
  const page = repositoryPage(state, repository);
  const host = new URL(state.webUrl).host;
  const open = [...repository.pulls.values()].filter((pull) => pull.state === 'open').length;
  return {
    id: repository.id,
    node_id: nodeId('R', repository.id),
    name: repository.name,
    full_name: fullName(repository),
    private: repository.private,
    owner: renderUser(state, repository.owner),
    html_url: page,
    description: null,
    fork: repository.parent !== undefined,
    url,
    ...(Object.fromEntries(Object.entries(addresses).map(([key, path]) => [key, url + path])) as Record<
      keyof typeof addresses,
      string
    >),
    created_at: timestamp(repository.createdAt),
    updated_at: timestamp(repository.createdAt),
    pushed_at: timestamp(repository.pushedAt),
    git_url: `git://${host}/${fullName(repository)}.git`,
    ssh_url: `git@${host}:${fullName(repository)}.git`,
    clone_url: `${page}.git`,
    svn_url: page,
    homepage: null,
    size: repository.size,
    stargazers_count: 0,
    watchers_count: 0,
    language: null,
    has_issues: true,
    has_projects: true,
    has_downloads: true,
    has_wiki: true,
    has_pages: false,
    has_discussions: false,
    forks_count: 0,
    mirror_url: null,
    archived: false,
    disabled: false,
    open_issues_count: open,
    license: null,
    allow_forking: true,
    is_template: false,
    web_commit_signoff_required: false,
    topics: [],
    visibility: repository.private ? 'private' : 'public',
    forks: 0,
    open_issues: open,
    watchers: 0,
    default_branch: repository.defaultBranch,
  };
}

export function renderFullRepository(state: State, repository: RepositoryRecord) {
  return {
    ...renderRepository(state, repository),
    permissions: { admin: false, maintain: false, push: false, triage: false, pull: false },
    network_count: 0,
    subscribers_count: 0,
    ...(repository.owner.type === 'Organization' ? { organization: renderUser(state, repository.owner) } : {}),
    ...(repository.parent === undefined
      ? {}
      : { parent: renderRepository(state, repository.parent), source: renderRepository(state, repository.parent) }),
  };
}

/** The few fields by which installation events name a repository. */
export function renderRepositoryBriefly(repository: RepositoryRecord) {
  return {
    id: repository.id,
    node_id: nodeId('R', repository.id),
    name: repository.name,
    full_name: fullName(repository),
    private: repository.private,
  };
}
