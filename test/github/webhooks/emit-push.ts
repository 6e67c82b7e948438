import { suiteOf } from '../actions/suite-of.ts';
import { changedNames } from '../git/diff-commits.ts';
import { listCommits, readCommit } from '../git/read-repository.ts';
import type { Delivery, RepositoryRecord, User } from '../records.ts';
import { renderSimpleCommit } from '../render/commit.ts';
import { repositoryPage } from '../render/repository.ts';
import type { State } from '../state.ts';
import { emitOfRepository } from './emit.ts';
import { checkSuitePayload, type Payload, pushPayload } from './payloads.ts';

export type PushedRef = { readonly branch: string; readonly before: string | undefined; readonly after: string };

/** GitHub names the newest commits of a push alone. */
const namedCommits = 20;

async function renderPushedCommit(state: State, repository: RepositoryRecord, sha: string): Promise<Payload> {
  const commit = await readCommit(repository.gitDir, sha);
  const changed = await changedNames(repository.gitDir, sha);
  return {
    ...renderSimpleCommit(commit),
    distinct: true,
    url: `${repositoryPage(state, repository)}/commit/${sha}`,
    ...changed,
  };
}

async function buildPush(state: State, repository: RepositoryRecord, push: PushedRef, sender: User): Promise<Payload> {
  const range = push.before === undefined ? [] : [`^${push.before}`];
  const shas = await listCommits(repository.gitDir, push.after, [`--max-count=${namedCommits}`, ...range]);
  const commits = await Promise.all(shas.reverse().map((sha) => renderPushedCommit(state, repository, sha)));
  const ref = `refs/heads/${push.branch}`;
  return pushPayload(
    state,
    repository,
    { ref, before: push.before ?? '0'.repeat(40), after: push.after, commits },
    sender,
  );
}

async function buildSuite(state: State, repository: RepositoryRecord, push: PushedRef, sender: User): Promise<Payload> {
  const head = renderSimpleCommit(await readCommit(repository.gitDir, push.after));
  return checkSuitePayload(state, suiteOf(state, repository, push.after), 'requested', sender, head);
}

/** Tells the App of a push, and asks for its checks. */
export function emitPush(
  state: State,
  repository: RepositoryRecord,
  push: PushedRef,
  sender: User,
): Promise<(Delivery | undefined)[]> {
  return Promise.all([
    emitOfRepository(state, 'push', () => buildPush(state, repository, push, sender), repository),
    emitOfRepository(state, 'check_suite', () => buildSuite(state, repository, push, sender), repository),
  ]);
}
