import { diffCommits, emptyTree, mergeBaseOf } from '../git/diff-commits.ts';
import { listCommits, readCommit, resolveCommit } from '../git/read-repository.ts';
import { type Answer, notFound, ok, unprocessable } from '../http/answer.ts';
import { inRepository } from '../http/authorize.ts';
import { type Call, param, type Routes } from '../http/call.ts';
import { paged } from '../http/paging.ts';
import type { RepositoryRecord } from '../records.ts';
import { renderCommit, renderFileChange } from '../render/commit.ts';
import { renderPullBriefly } from '../render/pull.ts';
import { repositoryPage, repositoryUrl } from '../render/repository.ts';
import { encodePath } from '../render/text.ts';

async function commitOf(repository: RepositoryRecord, ref: string): Promise<string> {
  const commit = await resolveCommit(repository.gitDir, ref);
  if (commit === undefined) throw unprocessable(`No commit found for SHA: ${ref}`);
  return commit;
}

async function getCommit(call: Call, repository: RepositoryRecord): Promise<Answer> {
  const sha = await commitOf(repository, param(call, 'ref'));
  if (call.accept.includes('application/vnd.github.sha')) {
    return { status: 200, bytes: Buffer.from(sha), mediaType: 'application/vnd.github.sha' };
  }
  const commit = await readCommit(repository.gitDir, sha);
  const changes = await diffCommits(repository.gitDir, commit.parents[0] ?? emptyTree, sha);
  const additions = changes.reduce((sum, one) => sum + one.additions, 0);
  const deletions = changes.reduce((sum, one) => sum + one.deletions, 0);
  return ok({
    ...renderCommit(call.state, repository, commit),
    stats: { total: additions + deletions, additions, deletions },
    files: changes.map((one) => renderFileChange(call.state, repository, sha, one)),
  });
}

async function listRepositoryCommits(call: Call, repository: RepositoryRecord): Promise<Answer> {
  const start = await resolveCommit(repository.gitDir, call.query.get('sha') ?? repository.defaultBranch);
  if (start === undefined) throw notFound();
  const path = call.query.get('path');
  const shas = await listCommits(repository.gitDir, start, [], path === null ? [] : [path]);
  return paged(call, shas, async (sha) =>
    renderCommit(call.state, repository, await readCommit(repository.gitDir, sha)),
  );
}

/** Open pull requests with the commit at their head, and merged ones that brought it. */
async function listPullsOfCommit(call: Call, repository: RepositoryRecord): Promise<Answer> {
  const sha = await commitOf(repository, param(call, 'commit_sha'));
  const pulls = [...repository.pulls.values()].filter(
    (pull) => pull.head.sha === sha || (pull.mergedAt !== null && pull.mergeCommit === sha),
  );
  return paged(call, pulls, (pull) => renderPullBriefly(call.state, repository, pull));
}

/** GitHub shows so many files of a comparison and no more, on its first page (GitHub REST, "Compare two commits"). */
const mostCompared = 300;

async function compare(call: Call, repository: RepositoryRecord): Promise<Answer> {
  const [from = '', to = ''] = param(call, 'basehead').split('...');
  const { gitDir } = repository;
  const [base, head] = await Promise.all([resolveCommit(gitDir, from), resolveCommit(gitDir, to)]);
  if (base === undefined || head === undefined) throw notFound();
  const common = await mergeBaseOf(gitDir, base, head);
  const [ahead, behind] = await Promise.all([
    listCommits(gitDir, head, [`^${base}`]),
    listCommits(gitDir, base, [`^${head}`]),
  ]);
  const diverged = ahead.length > 0 && behind.length > 0;
  const status = diverged ? 'diverged' : ahead.length > 0 ? 'ahead' : behind.length > 0 ? 'behind' : 'identical';
  const render = async (sha: string) => renderCommit(call.state, repository, await readCommit(gitDir, sha));
  const page = `${repositoryPage(call.state, repository)}/compare/${encodePath(from)}...${encodePath(to)}`;
  const changes = (call.query.get('page') ?? '1') === '1' ? await diffCommits(gitDir, common, head) : [];
  const rendered = await Promise.all([base, common].map(render));
  const wrap = (commits: unknown[]) => ({
    url: `${repositoryUrl(call.state, repository)}/compare/${encodePath(from)}...${encodePath(to)}`,
    html_url: page,
    permalink_url: page,
    diff_url: `${page}.diff`,
    patch_url: `${page}.patch`,
    base_commit: rendered[0],
    merge_base_commit: rendered[1],
    status,
    ahead_by: ahead.length,
    behind_by: behind.length,
    total_commits: ahead.length,
    commits,
    files: changes.slice(0, mostCompared).map((one) => renderFileChange(call.state, repository, head, one)),
  });
  return paged(call, ahead.reverse(), render, wrap);
}

async function getBranch(call: Call, repository: RepositoryRecord): Promise<Answer> {
  const name = param(call, 'branch');
  const sha = await resolveCommit(repository.gitDir, `refs/heads/${name}`);
  if (sha === undefined) throw notFound();
  const self = `${repositoryUrl(call.state, repository)}/branches/${encodePath(name)}`;
  return ok({
    name,
    commit: renderCommit(call.state, repository, await readCommit(repository.gitDir, sha)),
    _links: { self, html: `${repositoryPage(call.state, repository)}/tree/${encodePath(name)}` },
    protected: false,
    protection: { enabled: false, required_status_checks: { enforcement_level: 'off', contexts: [], checks: [] } },
    protection_url: `${self}/protection`,
  });
}

const read = ['contents:read'];

export const commitRoutes: Routes = {
  'GET /repos/{owner}/{repo}/commits': inRepository(read, listRepositoryCommits),
  'GET /repos/{owner}/{repo}/commits/{ref}': inRepository(read, getCommit),
  'GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls': inRepository(['pull_requests:read'], listPullsOfCommit),
  'GET /repos/{owner}/{repo}/compare/{basehead}': inRepository(read, compare),
  'GET /repos/{owner}/{repo}/branches/{branch}': inRepository(read, getBranch),
};
