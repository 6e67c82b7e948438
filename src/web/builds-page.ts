import { html } from 'hono/html';
import type { MergeRecord } from '../store/store.ts';
import type { Build } from '../terms.ts';
import { badge } from './badge.ts';
import { formatDuration } from './format-duration.ts';
import { inert } from './inert.ts';
import { type Html, page } from './page.ts';
import { timeElement } from './time-element.ts';

export type ListedBuild = { readonly build: Build; readonly merge: MergeRecord };

function row({ build, merge }: ListedBuild): Html {
  const { service, version } = build.artifact;
  const took =
    build.startedAt && build.endedAt
      ? html`<span class="took">${formatDuration(build.endedAt.getTime() - build.startedAt.getTime())}</span>`
      : '';
  return html`<li>
<a href="/builds/${build.id}">
${badge(build)}
<span class="what"><strong>${service.name}:${version}</strong> <span class="title">${inert(merge.title)}</span></span>
<span class="where">${merge.owner}/${merge.repo}#${merge.number}</span>
<span class="when">${timeElement(build.createdAt)} ${took}</span>
</a>
</li>
`;
}

const empty = html`<section class="message">
<h2>No builds yet</h2>
<p>Merge a pull request into <code>develop</code> that carries a label such as <code>version:1.0.0</code>, in a repository where the GitHub App is installed and that has a <code>Dockerfile</code>. Its build appears here, and on the pull request.</p>
<p>Nothing appears? Look at the App’s settings on GitHub, <em>Advanced</em>, <em>Recent Deliveries</em>: each delivery there shows what this server answered.</p>
</section>`;

/** The builds of public repositories, newest first. */
export function buildsPage(builds: readonly ListedBuild[], { older, first }: { older?: string; first: boolean }): Html {
  const busy = builds.some(({ build }) => build.state !== 'ended');
  const list = html`<ol class="builds">${builds.map(row)}</ol>`;
  const next =
    older === undefined ? '' : html`<nav><a class="older" href="/builds?before=${older}">Older builds</a></nav>`;
  return page({
    title: 'Builds · Slipway',
    ...(busy ? { refreshSeconds: 10 } : {}),
    main: html`<h1>Builds</h1>
${builds.length > 0 ? list : first ? empty : html`<p>There are no older builds.</p>`}
${next}
<p class="note">Builds of private repositories are not listed. They open from the link on their check on GitHub.</p>`,
  });
}
