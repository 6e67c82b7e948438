import { noticePush } from '../actions/notice-push.ts';
import { listTree, objectType, readBlob, readCommit, resolveCommit } from '../git/read-repository.ts';
import { askGit, runGit } from '../git/run-git.ts';
import { type Answer, created, invalid, notFound, ok, unprocessable } from '../http/answer.ts';
import { inRepository } from '../http/authorize.ts';
import { type Call, param, type Routes } from '../http/call.ts';
import { paged } from '../http/paging.ts';
import type { RepositoryRecord } from '../records.ts';
import { emailOf, renderGitCommit } from '../render/commit.ts';
import { repositoryUrl } from '../render/repository.ts';
import { encodePath, nodeId } from '../render/text.ts';
import { inBackground } from '../webhooks/emit.ts';

type Person = { readonly name?: string; readonly email?: string; readonly date?: string };

function renderRef(call: Call, repository: RepositoryRecord, ref: string, sha: string) {
  const api = repositoryUrl(call.state, repository);
  return {
    ref,
    node_id: nodeId('REF', `${repository.id}:${ref}`),
    url: `${api}/git/${encodePath(ref)}`,
    object: { sha, type: 'commit', url: `${api}/git/commits/${sha}` },
  };
}

async function getTree(call: Call, repository: RepositoryRecord): Promise<Answer> {
  const asked = param(call, 'tree_sha');
  const { gitDir } = repository;
  const known =
    (await resolveCommit(gitDir, asked)) ?? ((await objectType(gitDir, asked)) === 'tree' ? asked : undefined);
  if (known === undefined) throw notFound();
  const entries = (await listTree(gitDir, known, call.query.has('recursive'))) ?? [];
  const api = repositoryUrl(call.state, repository);
  const sha = await askGit(gitDir, ['rev-parse', `${known}^{tree}`]);
  return ok({
    sha,
    url: `${api}/git/trees/${sha}`,
    tree: entries.map((entry) => ({
      path: entry.path,
      mode: entry.mode,
      type: entry.type,
      sha: entry.sha,
      ...(entry.type === 'blob' ? { size: entry.size } : {}),
      ...(entry.type === 'commit' ? {} : { url: `${api}/git/${entry.type}s/${entry.sha}` }),
    })),
    truncated: false,
  });
}

async function getBlob(call: Call, repository: RepositoryRecord): Promise<Answer> {
  const sha = param(call, 'file_sha');
  if ((await objectType(repository.gitDir, sha)) !== 'blob') throw notFound();
  const bytes = await readBlob(repository.gitDir, sha);
  if (/\.raw\b/.test(call.accept)) return { status: 200, bytes, mediaType: 'application/vnd.github.raw+json' };
  return ok({
    sha,
    node_id: nodeId('B', sha),
    size: bytes.length,
    url: `${repositoryUrl(call.state, repository)}/git/blobs/${sha}`,
    content: bytes.toString('base64').replace(/.{1,60}/g, '$&\n'),
    encoding: 'base64',
  });
}

async function getRef(call: Call, repository: RepositoryRecord): Promise<Answer> {
  const ref = `refs/${param(call, 'ref')}`;
  const sha = /^refs\/(heads|tags)\//.test(ref) ? await resolveCommit(repository.gitDir, ref) : undefined;
  if (sha === undefined) throw notFound();
  return ok(renderRef(call, repository, ref, sha));
}

async function listMatchingRefs(call: Call, repository: RepositoryRecord): Promise<Answer> {
  const listing = await askGit(repository.gitDir, ['for-each-ref', '--format=%(refname) %(objectname)']);
  const refs = listing.split('\n').filter((line) => line.startsWith(`refs/${param(call, 'ref')}`));
  return paged(call, refs, (line) => {
    const [ref = '', sha = ''] = line.split(' ');
    return renderRef(call, repository, ref, sha);
  });
}

async function getGitCommit(call: Call, repository: RepositoryRecord): Promise<Answer> {
  const sha = param(call, 'commit_sha');
  if ((await objectType(repository.gitDir, sha)) !== 'commit') throw notFound();
  return ok(renderGitCommit(call.state, repository, await readCommit(repository.gitDir, sha)));
}

async function createBlob(call: Call, repository: RepositoryRecord): Promise<Answer> {
  const { content, encoding = 'utf-8' } = call.body as { content: string; encoding?: string };
  const input = Buffer.from(content, encoding === 'base64' ? 'base64' : 'utf8');
  const sha = await askGit(repository.gitDir, ['hash-object', '-w', '--stdin'], { input });
  const url = `${repositoryUrl(call.state, repository)}/git/blobs/${sha}`;
  return created({ sha, url }, url);
}

async function createGitCommit(call: Call, repository: RepositoryRecord): Promise<Answer> {
  const {
    message,
    tree,
    parents = [],
    author,
  } = call.body as {
    message: string;
    tree: string;
    parents?: string[];
    author?: Person;
  };
  const { gitDir } = repository;
  if ((await objectType(gitDir, tree)) !== 'tree') throw unprocessable('Tree SHA does not exist');
  const name = author?.name ?? call.state.appBot.login;
  const email = author?.email ?? emailOf(call.state.appBot);
  const env = {
    GIT_AUTHOR_NAME: name,
    GIT_AUTHOR_EMAIL: email,
    GIT_COMMITTER_NAME: name,
    GIT_COMMITTER_EMAIL: email,
    ...(author?.date === undefined ? {} : { GIT_AUTHOR_DATE: author.date }),
  };
  const from = parents.flatMap((parent) => ['-p', parent]);
  const sha = await askGit(gitDir, ['commit-tree', tree, ...from], { input: message, env });
  const rendered = renderGitCommit(call.state, repository, await readCommit(gitDir, sha));
  return created(rendered, rendered.url);
}

async function moveRef(call: Call, repository: RepositoryRecord, ref: string, sha: string): Promise<void> {
  const { state } = call;
  if ((await objectType(repository.gitDir, sha)) !== 'commit') throw unprocessable('Object does not exist');
  const before = await resolveCommit(repository.gitDir, ref);
  await runGit(repository.gitDir, ['update-ref', ref, sha]);
  if (!ref.startsWith('refs/heads/')) return;
  const push = { branch: ref.slice('refs/heads/'.length), before, after: sha };
  inBackground(state, noticePush(state, repository, push, state.appBot));
}

async function createRef(call: Call, repository: RepositoryRecord): Promise<Answer> {
  const { ref, sha } = call.body as { ref: string; sha: string };
  if (!/^refs\/(heads|tags)\/./.test(ref)) throw invalid('Reference', 'ref', `${ref} is no branch and no tag`);
  if ((await resolveCommit(repository.gitDir, ref)) !== undefined) throw unprocessable('Reference already exists');
  await moveRef(call, repository, ref, sha);
  const rendered = renderRef(call, repository, ref, sha);
  return created(rendered, rendered.url);
}

async function updateRef(call: Call, repository: RepositoryRecord): Promise<Answer> {
  const ref = `refs/${param(call, 'ref')}`;
  const { sha, force = false } = call.body as { sha: string; force?: boolean };
  const before = await resolveCommit(repository.gitDir, ref);
  if (before === undefined) throw unprocessable('Reference does not exist');
  const common = await askGit(repository.gitDir, ['merge-base', before, sha], { accept: [0, 1, 128] });
  if (!force && common !== before) throw unprocessable('Update is not a fast forward');
  await moveRef(call, repository, ref, sha);
  return ok(renderRef(call, repository, ref, sha));
}

const read = ['contents:read'];
const write = ['contents:write'];

export const gitDataRoutes: Routes = {
  'GET /repos/{owner}/{repo}/git/trees/{tree_sha}': inRepository(read, getTree),
  'GET /repos/{owner}/{repo}/git/blobs/{file_sha}': inRepository(read, getBlob),
  'POST /repos/{owner}/{repo}/git/blobs': inRepository(write, createBlob),
  'GET /repos/{owner}/{repo}/git/ref/{ref}': inRepository(read, getRef),
  'GET /repos/{owner}/{repo}/git/matching-refs/{ref}': inRepository(read, listMatchingRefs),
  'POST /repos/{owner}/{repo}/git/refs': inRepository(write, createRef),
  'PATCH /repos/{owner}/{repo}/git/refs/{ref}': inRepository(write, updateRef),
  'GET /repos/{owner}/{repo}/git/commits/{commit_sha}': inRepository(read, getGitCommit),
  'POST /repos/{owner}/{repo}/git/commits': inRepository(write, createGitCommit),
};
