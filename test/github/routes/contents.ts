import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { entryAt, listTree, readBlob, resolveCommit, type TreeEntry } from '../git/read-repository.ts';
import { tryGit } from '../git/run-git.ts';
import { type Answer, notFound, ok, Refused } from '../http/answer.ts';
import { inRepository } from '../http/authorize.ts';
import { type Call, param, type Routes } from '../http/call.ts';
import type { RepositoryRecord } from '../records.ts';
import { fullName, repositoryPage, repositoryUrl } from '../render/repository.ts';
import { encodePath } from '../render/text.ts';

/** A file's text stands in the answer up to here (GitHub REST, "Get repository content"). */
const inlineBytes = 1024 * 1024;
const largestBytes = 100 * 1024 * 1024;

const kinds = { blob: 'file', tree: 'dir', commit: 'submodule' } as const;

type Place = {
  readonly call: Call;
  readonly repository: RepositoryRecord;
  readonly commit: string;
  readonly ref: string;
};

const kindOf = (entry: TreeEntry) => (entry.mode === '120000' ? 'symlink' : kinds[entry.type]);

function renderEntry({ call, repository, ref }: Place, entry: TreeEntry) {
  const api = repositoryUrl(call.state, repository);
  const page = repositoryPage(call.state, repository);
  const kind = kindOf(entry);
  const encoded = encodePath(entry.path);
  const query = `?ref=${encodeURIComponent(ref)}`;
  const url = `${api}/contents/${encoded}${query}`;
  const git = `${api}/git/${entry.type === 'tree' ? 'trees' : 'blobs'}/${entry.sha}`;
  const html = `${page}/${entry.type === 'tree' ? 'tree' : 'blob'}/${encodePath(ref)}/${encoded}`;
  const download = `${page}/raw/${encodePath(ref)}/${encoded}`;
  const module = kind === 'submodule';
  return {
    name: path.posix.basename(entry.path),
    path: entry.path,
    sha: entry.sha,
    size: entry.type === 'blob' ? entry.size : 0,
    url,
    html_url: module ? null : html,
    git_url: module ? null : git,
    download_url: kind === 'file' || kind === 'symlink' ? download : null,
    type: kind,
    _links: { self: url, git: module ? null : git, html: module ? null : html },
  };
}

/** Base64 in lines of 60, as GitHub breaks it. */
const base64Lines = (bytes: Buffer): string => bytes.toString('base64').replace(/.{1,60}/g, '$&\n');

async function renderFile(place: Place, entry: TreeEntry, content: TreeEntry): Promise<Answer> {
  const { call, repository } = place;
  if (content.size > largestBytes) {
    throw new Refused(403, 'This API returns blobs up to 100 MB in size.', { errors: [] });
  }
  const bytes = await readBlob(repository.gitDir, content.sha);
  const raw = /application\/vnd\.github(\.v3)?\.raw(\+json)?/.exec(call.accept);
  if (raw !== null) return { status: 200, bytes, mediaType: 'application/vnd.github.raw+json' };
  const inline = bytes.length <= inlineBytes;
  return ok({
    ...renderEntry(place, entry),
    sha: content.sha,
    type: 'file',
    size: bytes.length,
    content: inline ? base64Lines(bytes) : '',
    encoding: inline ? 'base64' : 'none',
  });
}

/** A link whose target is a file of the repository is answered with that file. */
async function renderLink(place: Place, entry: TreeEntry): Promise<Answer> {
  const { gitDir } = place.repository;
  const target = (await readBlob(gitDir, entry.sha)).toString('utf8');
  const aim = path.posix.join(path.posix.dirname(entry.path), target);
  const inside = !target.startsWith('/') && !aim.startsWith('..');
  const found = inside ? await entryAt(gitDir, place.commit, aim) : undefined;
  if (found !== undefined && kindOf(found) === 'file') return renderFile(place, entry, found);
  return ok({ ...renderEntry(place, entry), target });
}

async function renderSubmodule(place: Place, entry: TreeEntry): Promise<Answer> {
  const args = ['config', '--blob', `${place.commit}:.gitmodules`, '--get-regexp', '^submodule\\..*\\.(path|url)$'];
  const { stdout } = await tryGit(place.repository.gitDir, args, { accept: [0, 1, 128] });
  const settings = stdout.toString('utf8').split('\n');
  const line = settings.find((one) => one.endsWith(`.path ${entry.path}`));
  const key = line?.split(' ')[0]?.replace(/path$/, 'url ');
  const url = settings.find((one) => key !== undefined && one.startsWith(key))?.slice(key?.length);
  return ok({ ...renderEntry(place, entry), submodule_git_url: url ?? 'https://github.com/unknown/unknown' });
}

async function renderFolder(place: Place, folder: string, entry: TreeEntry | undefined): Promise<Answer> {
  const treeish = entry === undefined ? place.commit : `${place.commit}:${folder}`;
  const listing = (await listTree(place.repository.gitDir, treeish)) ?? [];
  const entries = listing.map((one) => {
    const rendered = renderEntry(place, { ...one, path: path.posix.join(folder, one.path) });
    // GitHub keeps to this for old clients: in a list a submodule is a file.
    return rendered.type === 'submodule' ? { ...rendered, type: 'file' } : rendered;
  });
  if (!/application\/vnd\.github(\.v3)?\.object(\+json)?/.test(place.call.accept)) return ok(entries);
  const sha = entry?.sha ?? place.commit;
  const root = { mode: '040000', type: 'tree' as const, sha, size: 0, path: folder };
  return {
    status: 200,
    json: { ...renderEntry(place, root), entries },
    mediaType: 'application/vnd.github.object',
    // The media type chooses the form; what is sent calls itself JSON.
    headers: { 'Content-Type': 'application/json; charset=utf-8' },
  };
}

async function getContent(call: Call, repository: RepositoryRecord): Promise<Answer> {
  const ref = call.query.get('ref') ?? repository.defaultBranch;
  const commit = await resolveCommit(repository.gitDir, ref);
  if (commit === undefined) throw new Refused(404, `No commit found for the ref ${ref}`);
  const place = { call, repository, commit, ref };
  const asked = param(call, 'path').replace(/^\/+|\/+$/g, '');
  if (asked === '') return renderFolder(place, '', undefined);
  const entry = await entryAt(repository.gitDir, commit, asked);
  if (entry === undefined) throw notFound();
  const kind = kindOf(entry);
  if (kind === 'dir') return renderFolder(place, asked, entry);
  if (kind === 'symlink') return renderLink(place, entry);
  return kind === 'submodule' ? renderSubmodule(place, entry) : renderFile(place, entry, entry);
}

/** Milliseconds for which an archive's link can be followed. */
const linkLifetime = 300_000;

/** GitHub sends archives from another origin, which must never see the App's token. */
function getTarball(call: Call, repository: RepositoryRecord): Answer {
  const { state } = call;
  const token = randomBytes(14).toString('hex').toUpperCase();
  state.archiveTokens.set(token, Date.now() + linkLifetime);
  const ref = encodePath(param(call, 'ref'));
  const location = `${state.archiveUrl}/${fullName(repository)}/legacy.tar.gz/${ref}?token=${token}`;
  return { status: 302, headers: { Location: location } };
}

export const contentRoutes: Routes = {
  'GET /repos/{owner}/{repo}/contents/{path}': inRepository(['contents:read'], getContent),
  'GET /repos/{owner}/{repo}/tarball/{ref}': inRepository(['contents:read'], getTarball),
};
