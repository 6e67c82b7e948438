import { diffCommits, emptyTree } from '../git/diff-commits.ts';
import { listCommits, readCommit } from '../git/read-repository.ts';
import type { CheckSuite, Delivery, RepositoryRecord, User } from '../records.ts';
import { repositoryPage } from '../render/repository.ts';
import { timestamp } from '../render/text.ts';
import { nextId, type State } from '../state.ts';
import { emitOfRepository } from '../webhooks/emit.ts';
import { checkSuitePayload, type Payload, pullRequestPayload, pushPayload } from '../webhooks/payloads.ts';
import { refreshPull } from './refresh-pull.ts';

export type PushedRef = { readonly branch: string; readonly before: string | undefined; readonly after: string };

/** The App's suite of checks for a commit; made when it is first asked for. */
export function suiteOf(state: State, repository: RepositoryRecord, headSha: string): CheckSuite {
  const known = [...state.checkSuites.values()].find((one) => one.repository === repository && one.headSha === headSha);
  if (known !== undefined) return known;
  const suite = { id: nextId(state, 'checkSuite'), repository, headSha, createdAt: new Date() };
  state.checkSuites.set(suite.id, suite);
  return suite;
}

async function renderPushedCommit(state: State, repository: RepositoryRecord, sha: string): Promise<Payload> {
  const commit = await readCommit(repository.gitDir, sha);
  const changes = await diffCommits(repository.gitDir, commit.parents[0] ?? emptyTree, sha);
  const named = (...statuses: string[]) =>
    changes.filter((change) => statuses.includes(change.status)).map((change) => change.filename);
  const person = ({ name, email }: { name: string; email: string }) => ({ name, email });
  return {
    id: sha,
    tree_id: commit.tree,
    distinct: true,
    message: commit.message,
    timestamp: timestamp(commit.committer.date),
    url: `${repositoryPage(state, repository)}/commit/${sha}`,
    author: person(commit.author),
    committer: person(commit.committer),
    added: named('added', 'renamed'),
    removed: named('removed'),
    modified: named('modified', 'changed'),
  };
}

/** GitHub names the newest commits of a push alone. */
const namedCommits = 20;

async function emitPush(
  state: State,
  repository: RepositoryRecord,
  push: PushedRef,
  sender: User,
): Promise<(Delivery | undefined)[]> {
  const range = push.before === undefined ? [] : [`^${push.before}`];
  const shas = await listCommits(repository.gitDir, push.after, [`--max-count=${namedCommits}`, ...range]);
  const commits = await Promise.all(shas.reverse().map((sha) => renderPushedCommit(state, repository, sha)));
  const ref = `refs/heads/${push.branch}`;
  const payload = pushPayload(
    state,
    repository,
    { ref, before: push.before ?? '0'.repeat(40), after: push.after, commits },
    sender,
  );
  const head = commits.at(-1) ?? (await renderPushedCommit(state, repository, push.after));
  const { id, tree_id, message, timestamp: at, author, committer } = head;
  const suite = suiteOf(state, repository, push.after);
  const headCommit = { id, tree_id, message, timestamp: at, author, committer };
  return Promise.all([
    emitOfRepository(state, 'push', payload, repository),
    emitOfRepository(
      state,
      'check_suite',
      checkSuitePayload(state, suite, 'requested', sender, headCommit),
      repository,
    ),
  ]);
}

/** The open pull requests whose head is that branch, with the repositories that they are in. */
function pullsFrom(state: State, repository: RepositoryRecord, branch: string) {
  return [...state.repositories.values()].flatMap((base) =>
    [...base.pulls.values()]
      .filter((pull) => pull.state === 'open' && pull.head.repository.id === repository.id && pull.head.ref === branch)
      .map((pull) => ({ base, pull })),
  );
}

/** What GitHub does when a branch has moved: pull requests follow, and the App is told. */
export async function noticePush(
  state: State,
  repository: RepositoryRecord,
  push: PushedRef,
  sender: User,
  deliver = true,
): Promise<void> {
  repository.pushedAt = new Date();
  const moved = pullsFrom(state, repository, push.branch);
  for (const { base, pull } of moved) {
    await refreshPull(base, pull);
    pull.updatedAt = new Date();
  }
  if (!deliver) return;
  const { before, after } = push;
  await Promise.all([
    emitPush(state, repository, push, sender),
    ...moved.map(({ base, pull }) => {
      const payload = pullRequestPayload(state, base, pull, 'synchronize', sender, { before, after });
      return emitOfRepository(state, 'pull_request', payload, base);
    }),
  ]);
}
