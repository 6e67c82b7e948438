import { html } from 'hono/html';
import { buildsList, type ListedBuild } from './builds-list.ts';
import { type Html, page, type Reader } from './page.ts';

/** What `/builds` was asked for; empty: everything. */
export type BuildsQuery = { readonly repository: string; readonly service: string; readonly status: string };

export const statuses = ['queued', 'running', 'published', 'failed', 'refused', 'skipped', 'cancelled'] as const;

const empty = html`<section class="message">
<h2>No builds yet</h2>
<p>Merge a pull request into <code>develop</code> that carries a label such as <code>version:1.0.0</code>, in a repository where the GitHub App is installed and that has a <code>Dockerfile</code>. Its build appears here, and on the pull request.</p>
<p>Nothing appears? Look at the App’s settings on GitHub, <em>Advanced</em>, <em>Recent Deliveries</em>: each delivery there shows what this server answered.</p>
</section>`;

const filters = ({
  repository,
  service,
  status,
}: BuildsQuery): Html => html`<form class="filters" method="get" action="/builds" role="search" aria-label="Filter builds">
<label>Repository <input name="repository" value="${repository}" placeholder="owner/name" autocomplete="off" spellcheck="false"></label>
<label>Service <input name="service" value="${service}" autocomplete="off" spellcheck="false"></label>
<label>Verdict <select name="status"><option value="">any</option>${statuses.map(
  (one) => html`<option value="${one}"${one === status ? html` selected` : ''}>${one}</option>`,
)}</select></label>
<button>Filter</button></form>`;

/** Builds, newest first. */
export function buildsPage({
  builds,
  places,
  query,
  older,
  first,
  reader,
}: {
  readonly builds: readonly ListedBuild[];
  readonly places: ReadonlyMap<string, number>;
  readonly query: BuildsQuery;
  /** Address of the next page. */
  readonly older?: string | undefined;
  readonly first: boolean;
  readonly reader: Reader;
}): Html {
  const busy = first && builds.some(({ build }) => build.state !== 'ended');
  const filtered = query.repository !== '' || query.service !== '' || query.status !== '';
  const none = filtered
    ? html`<p>No builds match. <a href="/builds">Show all</a></p>`
    : first
      ? empty
      : html`<p>There are no older builds.</p>`;
  const next =
    older === undefined
      ? ''
      : html`<nav aria-label="Pages of the list"><a class="older" href="${older}">Older builds</a></nav>`;
  const hidden =
    reader.login !== undefined
      ? ''
      : html`<p class="note">Builds of private repositories are not listed. ${
          reader.canSignIn
            ? 'Sign in to see those that you can read on GitHub.'
            : 'They open from the link on their check on GitHub; sign-in is not set up on this server.'
        }</p>`;
  return page({
    title: 'Builds · Slipway',
    ...(busy ? { refreshSeconds: 10, polled: true } : {}),
    reader,
    main: html`<h1>Builds</h1>
${filters(query)}
<div id="live-list">${builds.length > 0 ? buildsList(builds, places) : none}</div>
${next}
${hidden}`,
  });
}
