import type { IncomingMessage, ServerResponse } from 'node:http';
import type { CheckRun, Pull, RepositoryRecord } from '../records.ts';
import { fullName } from '../render/repository.ts';
import type { State } from '../state.ts';
import { type Html, html } from './html.ts';
import { isManifestPage, serveManifest } from './serve-manifest.ts';

const style = `body{font:16px/1.5 system-ui;max-width:56rem;margin:2rem auto;padding:0 1rem;color:#1f2328}
pre{white-space:pre-wrap;background:#f6f8fa;padding:1rem;border-radius:6px;overflow-wrap:anywhere}
.state{color:#fff;background:#1a7f37;border-radius:2em;padding:.2em .8em}.merged{background:#8250df}.closed{background:#cf222e}
.label{border:1px solid #d0d7de;border-radius:2em;padding:0 .6em;margin-right:.3em}small{color:#59636e}`;

const page = (title: string, body: Html): Html => html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta http-equiv="refresh" content="2">
<title>${title}</title><style>${{ html: style }}</style></head><body>${body}
<hr><small>A local stand-in for GitHub. This page reloads itself.</small></body></html>`;

const address = (repository: RepositoryRecord, rest = '') => `/${fullName(repository)}${rest}`;

const renderRun = (run: CheckRun): Html => html`<section id="run-${run.id}"><h3>${run.name} <small>${
  run.conclusion ?? run.status
} on ${run.headSha.slice(0, 7)}</small></h3>
<p><strong>${run.title}</strong> ${run.detailsUrl === null ? '' : html`<a href="${run.detailsUrl}">Details</a>`}</p>
${run.summary === null ? '' : html`<pre>${run.summary}</pre>`}${run.text === null ? '' : html`<pre>${run.text}</pre>`}
${run.annotations.map(
  (one) =>
    html`<p>${one.annotation_level} at ${one.path}:${one.start_line}: <strong>${one.title}</strong> ${one.message}</p>`,
)}</section>`;

function renderPullPage(state: State, repository: RepositoryRecord, pull: Pull): Html {
  const stands = pull.mergedAt === null ? pull.state : 'merged';
  const commits = new Set([pull.head.sha, ...(pull.mergedAt === null ? [] : [pull.mergeCommit])]);
  const runs = [...state.checkRuns.values()].filter((run) => run.repository === repository && commits.has(run.headSha));
  const comments = [...repository.comments.values()].filter((one) => one.issueNumber === pull.number);
  return page(
    `${pull.title} · Pull Request #${pull.number}`,
    html`<p><a href="${address(repository)}">${fullName(repository)}</a></p>
<h1>${pull.title} <small>#${pull.number}</small></h1>
<p><span class="state ${stands}">${stands}</span> ${pull.author.login} wants to merge <code>${
      pull.head.repository.owner.login
    }:${pull.head.ref}</code> into <code>${pull.base.ref}</code></p>
<p>${pull.labels.map((label) => html`<span class="label">${label.name}</span>`)}</p>
${pull.mergedAt === null ? '' : html`<p>Merged as <code>${pull.mergeCommit}</code></p>`}
${pull.body === null ? '' : html`<pre>${pull.body}</pre>`}
<h2>Checks</h2>${runs.length === 0 ? html`<p>None yet.</p>` : runs.map(renderRun)}
<h2>Comments</h2>${comments.map(
      (one) =>
        html`<section id="issuecomment-${one.id}"><p><strong>${one.author.login}</strong> <small>${one.updatedAt.toISOString()}</small></p><pre>${one.body}</pre></section>`,
    )}`,
  );
}

function renderRepositoryPage(repository: RepositoryRecord): Html {
  const pulls = [...repository.pulls.values()];
  return page(
    fullName(repository),
    html`<h1>${fullName(repository)}</h1><ul>${pulls.map(
      (pull) =>
        html`<li><a href="${address(repository, `/pull/${pull.number}`)}">#${pull.number} ${pull.title}</a> <small>${
          pull.mergedAt === null ? pull.state : 'merged'
        }</small></li>`,
    )}</ul>`,
  );
}

const pagePattern = /^\/([^/]+)\/([^/]+?)(?:\/(pull|runs)\/(\d+))?\/?$/;

function findPage(state: State, path: string): Html | undefined {
  const [, owner, name, kind, number] = pagePattern.exec(path) ?? [];
  const repository = [...state.repositories.values()].find(
    (one) => fullName(one) === `${owner}/${name}` && !one.removed,
  );
  if (repository === undefined) return undefined;
  if (kind === undefined) return renderRepositoryPage(repository);
  if (kind === 'runs') {
    const run = state.checkRuns.get(Number(number));
    return run?.repository === repository ? page(run.name, renderRun(run)) : undefined;
  }
  const pull = repository.pulls.get(Number(number));
  return pull === undefined ? undefined : renderPullPage(state, repository, pull);
}

/** The pages that links in answers and payloads lead to: a repository, a pull request with its checks and comments, a check. */
export function serveWeb(state: State) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (isManifestPage(request.url ?? '/')) return await serveManifest(state, request, response);
    const found = findPage(state, decodeURIComponent(new URL(request.url ?? '/', state.webUrl).pathname));
    response.writeHead(found === undefined ? 404 : 200, { 'Content-Type': 'text/html; charset=utf-8' });
    response.end((found ?? page('Not Found', html`<h1>Not Found</h1>`)).html);
  };
}

const apiWords = /^\/(app|app-manifests|installation|meta|orgs|repos|repositories|search|user|users)\//;

/** Where API and pages share an origin, `/owner/name` is a page as long as no route of the API begins with that word. */
export function isPage(url: string, basePath: string): boolean {
  if (basePath !== '') return !url.startsWith(`${basePath}/`);
  const path = url.replace(/\?.*$/, '');
  return isManifestPage(path) || (pagePattern.test(path) && !apiWords.test(path));
}
