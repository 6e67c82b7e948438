import path from 'node:path';
import { runGit } from '../git/run-git.ts';
import { type Files, writeCommit } from '../git/write-commit.ts';
import type { Installation, RepositoryRecord, User } from '../records.ts';
import { emailOf } from '../render/commit.ts';
import { nextId, type State } from '../state.ts';

export type NewRepository = {
  readonly owner: User;
  readonly name: string;
  readonly private: boolean;
  /** The first is the default branch; all begin at the same commit. */
  readonly branches: readonly string[];
  readonly files: Files;
  readonly author: User;
};

function createRecord(
  state: State,
  owner: User,
  name: string,
  isPrivate: boolean,
  defaultBranch: string,
  parent: RepositoryRecord | undefined,
): RepositoryRecord {
  const id = nextId(state, 'repository');
  const now = new Date();
  return {
    id,
    name,
    owner,
    private: isPrivate,
    gitDir: path.join(state.folder, `${id}.git`),
    defaultBranch,
    parent,
    createdAt: now,
    pushedAt: now,
    size: 1,
    removed: false,
    formerNames: [],
    permissions: new Map(),
    labels: new Map(),
    pulls: new Map(),
    comments: new Map(),
    queue: Promise.resolve(),
  };
}

/** A bare repository with one commit. */
export async function createRepository(state: State, asked: NewRepository): Promise<RepositoryRecord> {
  const [first = 'main', ...others] = asked.branches;
  const record = createRecord(state, asked.owner, asked.name, asked.private, first, undefined);
  await runGit(record.gitDir, ['init', '--quiet', '--bare', '--template=', `--initial-branch=${first}`]);
  const commit = await writeCommit(record.gitDir, {
    branch: first,
    parent: undefined,
    files: asked.files,
    message: 'Initial commit',
    author: { name: asked.author.login, email: emailOf(asked.author) },
  });
  const input = others.map((branch) => `create refs/heads/${branch} ${commit}\n`).join('');
  await runGit(record.gitDir, ['update-ref', '--stdin'], { input });
  state.repositories.set(record.id, record);
  return record;
}

/** The fork that an account has of a repository; made when it is first asked for. */
export async function forkRepository(state: State, parent: RepositoryRecord, owner: User): Promise<RepositoryRecord> {
  const known = [...state.repositories.values()].find((one) => one.parent === parent && one.owner === owner);
  if (known !== undefined) return known;
  const fork = createRecord(state, owner, parent.name, parent.private, parent.defaultBranch, parent);
  state.repositories.set(fork.id, fork);
  await runGit(fork.gitDir, ['init', '--quiet', '--bare', '--template=', `--initial-branch=${parent.defaultBranch}`]);
  await runGit(fork.gitDir, ['fetch', '--quiet', parent.gitDir, '+refs/heads/*:refs/heads/*']);
  return fork;
}

/** The App's installation on an account; made with the first repository that it covers. */
export function installApp(state: State, account: User): Installation {
  const known = [...state.installations.values()].find((one) => one.account === account && !one.removed);
  if (known !== undefined) return known;
  const installation: Installation = {
    id: nextId(state, 'installation'),
    account,
    permissions: state.permissions,
    repositoryIds: new Set(),
    createdAt: new Date(),
    suspendedAt: null,
    removed: false,
  };
  state.installations.set(installation.id, installation);
  return installation;
}
