/** The parts of a merged pull request's payload that a test may want to be different. */
export type PayloadParts = {
  readonly owner?: string;
  readonly repo?: string;
  readonly number?: number;
  readonly title?: string;
  readonly labels?: readonly string[];
  readonly private?: boolean;
  readonly base?: string;
  readonly body?: string;
};

const start = '2026-03-02T09:59:00Z';
const end = '2026-03-02T10:00:00Z';
const head = '1'.repeat(40);
const merge = '2'.repeat(40);
const base = '3'.repeat(40);

function account(login: string, id: number, type: 'User' | 'Organization') {
  const url = `https://api.github.com/users/${login}`;
  return {
    login,
    id,
    node_id: `MDQ6VXNlcg${id}`,
    avatar_url: `https://avatars.githubusercontent.com/u/${id}?v=4`,
    gravatar_id: '',
    url,
    html_url: `https://github.com/${login}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type,
    user_view_type: 'public',
    site_admin: false,
  };
}

/** Where the name of a link is not that of its path. */
const otherNames: Readonly<Record<string, string>> = {
  'issues/events{/number}': 'issue_events',
  'issues/comments{/number}': 'issue_comment',
  'git/blobs{/sha}': 'blobs',
  'git/trees{/sha}': 'trees',
  '{archive_format}{/ref}': 'archive',
};
const routes =
  'forks keys{/key_id} collaborators{/collaborator} teams hooks issues/events{/number} events assignees{/user} branches{/branch} tags git/blobs{/sha} git/tags{/sha} git/refs{/sha} git/trees{/sha} statuses/{sha} languages stargazers contributors subscribers subscription commits{/sha} git/commits{/sha} comments{/number} issues/comments{/number} contents/{+path} compare/{base}...{head} merges {archive_format}{/ref} downloads issues{/number} pulls{/number} milestones{/number} notifications{?since,all,participating} labels{/name} releases{/id} deployments'.split(
    ' ',
  );

function repository(parts: Required<PayloadParts>) {
  const full = `${parts.owner}/${parts.repo}`;
  const url = `https://api.github.com/repos/${full}`;
  const nameOf = (route: string) => otherNames[route] ?? route.replace(/\W*\{.*/, '').replace(/\W/g, '_');
  const links = routes.map((route) => [`${nameOf(route)}_url`, `${url}/${route}`]);
  return {
    id: 42,
    node_id: 'R_kgDOABCDEF',
    name: parts.repo,
    full_name: full,
    private: parts.private,
    owner: account(parts.owner, 4242, 'Organization'),
    html_url: `https://github.com/${full}`,
    description: 'Takes orders, and answers faster than it did.',
    fork: false,
    url,
    ...Object.fromEntries(links),
    created_at: '2024-01-02T03:04:05Z',
    updated_at: start,
    pushed_at: end,
    git_url: `git://github.com/${full}.git`,
    ssh_url: `git@github.com:${full}.git`,
    clone_url: `https://github.com/${full}.git`,
    svn_url: `https://github.com/${full}`,
    homepage: null,
    size: 1234,
    stargazers_count: 7,
    watchers_count: 7,
    language: 'TypeScript',
    has_issues: true,
    has_projects: true,
    has_downloads: true,
    has_wiki: false,
    has_pages: false,
    has_discussions: false,
    forks_count: 1,
    mirror_url: null,
    archived: false,
    disabled: false,
    open_issues_count: 3,
    license: {
      key: 'mit',
      name: 'MIT License',
      spdx_id: 'MIT',
      url: 'https://api.github.com/licenses/mit',
      node_id: 'M',
    },
    allow_forking: true,
    is_template: false,
    web_commit_signoff_required: false,
    topics: ['orders', 'service'],
    visibility: parts.private ? 'private' : 'public',
    forks: 1,
    open_issues: 3,
    watchers: 7,
    default_branch: 'develop',
    allow_squash_merge: true,
    allow_merge_commit: true,
    allow_rebase_merge: true,
    allow_auto_merge: false,
    delete_branch_on_merge: true,
    allow_update_branch: false,
    use_squash_pr_title_as_default: false,
    squash_merge_commit_message: 'COMMIT_MESSAGES',
    squash_merge_commit_title: 'COMMIT_OR_PR_TITLE',
    merge_commit_message: 'PR_TITLE',
    merge_commit_title: 'MERGE_MESSAGE',
  };
}

/** The payload of `pull_request.closed` for a merge, with the fields and about the size (30 KB) that GitHub's have. */
export function mergedPayload(given: PayloadParts = {}) {
  const parts: Required<PayloadParts> = {
    owner: 'acme',
    repo: 'orders',
    number: 12,
    title: 'Answer faster',
    labels: ['version:1.4.2'],
    private: false,
    base: 'develop',
    body: '',
    ...given,
  };
  const full = `${parts.owner}/${parts.repo}`;
  const api = `https://api.github.com/repos/${full}`;
  const url = `${api}/pulls/${parts.number}`;
  const page = `https://github.com/${full}/pull/${parts.number}`;
  const ada = account('ada', 1001, 'User');
  const side = (ref: string, sha: string) => ({
    label: `${parts.owner}:${ref}`,
    ref,
    sha,
    user: account(parts.owner, 4242, 'Organization'),
    repo: repository(parts),
  });
  return {
    action: 'closed',
    number: parts.number,
    pull_request: {
      url,
      id: 555,
      node_id: 'PR_kwDOABCDEF',
      html_url: page,
      diff_url: `${page}.diff`,
      patch_url: `${page}.patch`,
      issue_url: `${api}/issues/${parts.number}`,
      number: parts.number,
      state: 'closed',
      locked: false,
      title: parts.title,
      user: ada,
      body: parts.body || 'The answer is kept for a minute. '.repeat(60),
      created_at: start,
      updated_at: end,
      closed_at: end,
      merged_at: end,
      merge_commit_sha: merge,
      assignee: null,
      assignees: [],
      requested_reviewers: [],
      requested_teams: [],
      labels: parts.labels.map((name, index) => ({
        id: 900 + index,
        node_id: `LA_${index}`,
        url: `${api}/labels/${encodeURIComponent(name)}`,
        name,
        color: '0e8a16',
        default: false,
        description: '',
      })),
      milestone: null,
      draft: false,
      commits_url: `${url}/commits`,
      review_comments_url: `${url}/comments`,
      review_comment_url: `${api}/pulls/comments{/number}`,
      comments_url: `${api}/issues/${parts.number}/comments`,
      statuses_url: `${api}/statuses/${head}`,
      head: side('faster', head),
      base: side(parts.base, base),
      _links: {
        self: { href: url },
        html: { href: page },
        issue: { href: `${api}/issues/${parts.number}` },
        comments: { href: `${api}/issues/${parts.number}/comments` },
        review_comments: { href: `${url}/comments` },
        review_comment: { href: `${api}/pulls/comments{/number}` },
        commits: { href: `${url}/commits` },
        statuses: { href: `${api}/statuses/${head}` },
      },
      author_association: 'MEMBER',
      auto_merge: null,
      active_lock_reason: null,
      merged: true,
      mergeable: null,
      rebaseable: null,
      mergeable_state: 'unknown',
      merged_by: ada,
      comments: 1,
      review_comments: 0,
      maintainer_can_modify: false,
      commits: 2,
      additions: 10,
      deletions: 3,
      changed_files: 2,
    },
    repository: repository(parts),
    organization: {
      login: parts.owner,
      id: 4242,
      node_id: 'O_kgDOABCDEF',
      url: `https://api.github.com/orgs/${parts.owner}`,
      repos_url: `https://api.github.com/orgs/${parts.owner}/repos`,
      events_url: `https://api.github.com/orgs/${parts.owner}/events`,
      hooks_url: `https://api.github.com/orgs/${parts.owner}/hooks`,
      issues_url: `https://api.github.com/orgs/${parts.owner}/issues`,
      members_url: `https://api.github.com/orgs/${parts.owner}/members{/member}`,
      public_members_url: `https://api.github.com/orgs/${parts.owner}/public_members{/member}`,
      avatar_url: 'https://avatars.githubusercontent.com/u/4242?v=4',
      description: '',
    },
    sender: ada,
    installation: { id: 7, node_id: 'MDIzOkludGVncmF0aW9u' },
  };
}
