import type { FileChange } from '../git/diff-commits.ts';
import type { CommitData } from '../git/read-repository.ts';
import type { RepositoryRecord, User } from '../records.ts';
import type { State } from '../state.ts';
import { renderUser } from './people.ts';
import { repositoryPage, repositoryUrl } from './repository.ts';
import { encodePath, nodeId, timestamp } from './text.ts';

const unsigned = { verified: false, reason: 'unsigned', signature: null, payload: null, verified_at: null };

const gitPerson = (person: CommitData['author']) => ({
  name: person.name,
  email: person.email,
  date: timestamp(person.date),
});

export const emailOf = (user: User): string => `${user.id}+${user.login}@users.noreply.github.com`;

/** The account behind an address, where there is one. */
function accountOf(state: State, email: string): User | undefined {
  return [...state.users.values()].find((user) => emailOf(user) === email);
}

export function renderCommit(state: State, repository: RepositoryRecord, commit: CommitData) {
  const api = repositoryUrl(state, repository);
  const account = (email: string) => {
    const user = accountOf(state, email);
    return user === undefined ? null : renderUser(state, user);
  };
  return {
    sha: commit.sha,
    node_id: nodeId('C', commit.sha),
    commit: {
      author: gitPerson(commit.author),
      committer: gitPerson(commit.committer),
      message: commit.message,
      tree: { sha: commit.tree, url: `${api}/git/trees/${commit.tree}` },
      url: `${api}/git/commits/${commit.sha}`,
      comment_count: 0,
      verification: unsigned,
    },
    url: `${api}/commits/${commit.sha}`,
    html_url: `${repositoryPage(state, repository)}/commit/${commit.sha}`,
    comments_url: `${api}/commits/${commit.sha}/comments`,
    author: account(commit.author.email),
    committer: account(commit.committer.email),
    parents: commit.parents.map((sha) => ({
      sha,
      url: `${api}/commits/${sha}`,
      html_url: `${repositoryPage(state, repository)}/commit/${sha}`,
    })),
  };
}

/** A commit in few words, as pushes and suites of checks have it. */
export function renderSimpleCommit(commit: CommitData) {
  const person = ({ name, email }: CommitData['author']) => ({ name, email });
  return {
    id: commit.sha,
    tree_id: commit.tree,
    message: commit.message,
    timestamp: timestamp(commit.committer.date),
    author: person(commit.author),
    committer: person(commit.committer),
  };
}

/** A commit as the git routes have it. */
export function renderGitCommit(state: State, repository: RepositoryRecord, commit: CommitData) {
  const api = repositoryUrl(state, repository);
  const page = repositoryPage(state, repository);
  return {
    sha: commit.sha,
    node_id: nodeId('C', commit.sha),
    url: `${api}/git/commits/${commit.sha}`,
    html_url: `${page}/commit/${commit.sha}`,
    author: gitPerson(commit.author),
    committer: gitPerson(commit.committer),
    message: commit.message,
    tree: { sha: commit.tree, url: `${api}/git/trees/${commit.tree}` },
    parents: commit.parents.map((sha) => ({
      sha,
      url: `${api}/git/commits/${sha}`,
      html_url: `${page}/commit/${sha}`,
    })),
    verification: unsigned,
  };
}

export function renderFileChange(state: State, repository: RepositoryRecord, commit: string, change: FileChange) {
  const page = repositoryPage(state, repository);
  const path = encodePath(change.filename);
  return {
    sha: change.sha,
    filename: change.filename,
    status: change.status,
    additions: change.additions,
    deletions: change.deletions,
    changes: change.additions + change.deletions,
    blob_url: `${page}/blob/${commit}/${path}`,
    raw_url: `${page}/raw/${commit}/${path}`,
    contents_url: `${repositoryUrl(state, repository)}/contents/${path}?ref=${commit}`,
    ...(change.patch === undefined ? {} : { patch: change.patch }),
    ...(change.previous === undefined ? {} : { previous_filename: change.previous }),
  };
}
