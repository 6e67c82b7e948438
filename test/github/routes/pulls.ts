import { closePull, mergePull } from '../actions/merge-pull.ts';
import { noticePush } from '../actions/notice-push.ts';
import { openPull } from '../actions/open-pull.ts';
import { refreshPull, tryMerge } from '../actions/refresh-pull.ts';
import { diffCommits } from '../git/diff-commits.ts';
import type { MergeMethod } from '../git/merge-branches.ts';
import { resolveCommit } from '../git/read-repository.ts';
import { type Answer, created, invalid, notFound, ok, Refused } from '../http/answer.ts';
import { inRepository } from '../http/authorize.ts';
import { type Call, param, type Routes } from '../http/call.ts';
import { paged } from '../http/paging.ts';
import type { Pull, RepositoryRecord } from '../records.ts';
import { renderFileChange } from '../render/commit.ts';
import { renderPull, renderPullBriefly } from '../render/pull.ts';
import { emitOfRepository, inBackground } from '../webhooks/emit.ts';
import { type Payload, pullRequestPayload } from '../webhooks/payloads.ts';

export function findPull(call: Call, repository: RepositoryRecord, name = 'pull_number'): Pull {
  const pull = repository.pulls.get(Number(param(call, name)));
  if (pull === undefined) throw notFound();
  return pull;
}

function tell(call: Call, repository: RepositoryRecord, pull: Pull, action: string, more: Payload = {}): void {
  const build = () => pullRequestPayload(call.state, repository, pull, action, call.state.appBot, more);
  inBackground(call.state, emitOfRepository(call.state, 'pull_request', build, repository));
}

function listPulls(call: Call, repository: RepositoryRecord): Promise<Answer> {
  const state = call.query.get('state') ?? 'open';
  const head = call.query.get('head');
  const base = call.query.get('base');
  const wanted = [...repository.pulls.values()].filter(
    (pull) =>
      (state === 'all' || pull.state === state) &&
      (base === null || pull.base.ref === base) &&
      (head === null || `${pull.head.repository.owner.login}:${pull.head.ref}` === head),
  );
  const sorted = wanted.sort((a, b) => a.number - b.number);
  const descending = (call.query.get('direction') ?? (call.query.has('sort') ? 'asc' : 'desc')) === 'desc';
  if (descending) sorted.reverse();
  return paged(call, sorted, (pull) => renderPullBriefly(call.state, repository, pull));
}

async function getPull(call: Call, repository: RepositoryRecord): Promise<Answer> {
  const pull = findPull(call, repository);
  await refreshPull(repository, pull);
  await tryMerge(repository, pull);
  return ok(renderPull(call.state, repository, pull));
}

async function createPull(call: Call, repository: RepositoryRecord): Promise<Answer> {
  const {
    title = '',
    head,
    base,
    body = null,
    draft = false,
  } = call.body as {
    title?: string;
    head: string;
    base: string;
    body?: string;
    draft?: boolean;
  };
  const ref = head.includes(':') ? head.slice(head.indexOf(':') + 1) : head;
  const [from, onto] = await Promise.all([
    resolveCommit(repository.gitDir, `refs/heads/${ref}`),
    resolveCommit(repository.gitDir, `refs/heads/${base}`),
  ]);
  if (from === undefined) throw invalid('PullRequest', 'head', 'head is no branch');
  if (onto === undefined) throw invalid('PullRequest', 'base', 'base is no branch');
  if (from === onto) throw invalid('PullRequest', 'base', `No commits between ${base} and ${head}`);
  const end = { repository, ref };
  const asked = { title, body, draft, base, head: end, author: call.state.appBot, labels: [] };
  const pull = await openPull(call.state, repository, asked);
  tell(call, repository, pull, 'opened');
  const rendered = renderPull(call.state, repository, pull);
  return created(rendered, rendered.url);
}

async function updatePull(call: Call, repository: RepositoryRecord): Promise<Answer> {
  const pull = findPull(call, repository);
  const { title, body, state } = call.body as { title?: string; body?: string; state?: 'open' | 'closed' };
  const changes = {
    ...(title === undefined ? {} : { title: { from: pull.title } }),
    ...(body === undefined ? {} : { body: { from: pull.body ?? '' } }),
  };
  pull.title = title ?? pull.title;
  pull.body = body ?? pull.body;
  pull.updatedAt = new Date();
  if (Object.keys(changes).length > 0) tell(call, repository, pull, 'edited', { changes });
  if (state === 'closed' && pull.state === 'open') {
    await closePull(repository, pull);
    tell(call, repository, pull, 'closed');
  } else if (state === 'open' && pull.state === 'closed') {
    if (pull.mergedAt !== null) throw invalid('PullRequest', 'state', 'a merged pull request cannot be opened again');
    pull.state = 'open';
    pull.closedAt = null;
    tell(call, repository, pull, 'reopened');
  }
  return ok(renderPull(call.state, repository, pull));
}

async function listFiles(call: Call, repository: RepositoryRecord): Promise<Answer> {
  const pull = findPull(call, repository);
  await refreshPull(repository, pull);
  const changes = await diffCommits(repository.gitDir, pull.mergeBase, pull.head.sha);
  // GitHub shows 3,000 files and no more.
  return paged(call, changes.slice(0, 3000), (one) => renderFileChange(call.state, repository, pull.head.sha, one));
}

async function merge(call: Call, repository: RepositoryRecord): Promise<Answer> {
  const { state } = call;
  const pull = findPull(call, repository);
  const asked = call.body as {
    commit_title?: string;
    commit_message?: string;
    sha?: string;
    merge_method?: MergeMethod;
  };
  if (asked.sha !== undefined && asked.sha !== pull.head.sha) {
    throw new Refused(409, 'Head branch was modified. Review and try the merge again.');
  }
  if (pull.draft || pull.state === 'closed') throw new Refused(405, 'Pull Request is not mergeable');
  const method = asked.merge_method ?? 'merge';
  const by = state.appBot;
  const merged = await mergePull(repository, pull, {
    method,
    by,
    title: asked.commit_title,
    message: asked.commit_message,
  });
  if (merged === undefined) throw new Refused(405, 'Pull Request is not mergeable');
  tell(call, repository, pull, 'closed');
  const push = { branch: pull.base.ref, before: merged.before, after: merged.mergeCommit };
  inBackground(state, noticePush(state, repository, push, by));
  return ok({ sha: merged.mergeCommit, merged: true, message: 'Pull Request successfully merged' });
}

const read = ['pull_requests:read'];
const write = ['pull_requests:write'];

export const pullRoutes: Routes = {
  'GET /repos/{owner}/{repo}/pulls': inRepository(read, listPulls),
  'POST /repos/{owner}/{repo}/pulls': inRepository(write, createPull),
  'GET /repos/{owner}/{repo}/pulls/{pull_number}': inRepository(read, getPull),
  'PATCH /repos/{owner}/{repo}/pulls/{pull_number}': inRepository(write, updatePull),
  'GET /repos/{owner}/{repo}/pulls/{pull_number}/files': inRepository(read, listFiles),
  'PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge': inRepository(['contents:write'], merge),
};
