import { html } from 'hono/html';
import type { Build } from '../build-terms.ts';
import type { MergeRecord } from '../store/store.ts';
import { formatDuration } from './format-duration.ts';
import { inert } from './inert.ts';
import type { Html } from './page.ts';
import { timeElement } from './time-element.ts';
import { verdictBadge } from './verdict-badge.ts';

export type ListedBuild = { readonly build: Build; readonly merge: MergeRecord };

function row({ build, merge }: ListedBuild, place: number | undefined): Html {
  const { service, version } = build.artifact;
  const took =
    build.startedAt && build.endedAt
      ? html`<span class="took">${formatDuration(build.endedAt.getTime() - build.startedAt.getTime())}</span>`
      : place === undefined
        ? ''
        : html`<span class="took">place ${place}</span>`;
  return html`<li>
<a href="/builds/${build.id}">
${verdictBadge(build)}
<span class="what"><strong>${service.name}:${version}</strong> <span class="title">${inert(merge.title)}</span></span>
<span class="where">${merge.owner}/${merge.repo}#${merge.number}</span>
<span class="when">${timeElement(build.createdAt)} ${took}</span>
</a>
</li>
`;
}

/** Builds, one a line, each a link to its page. */
export const buildsList = (builds: readonly ListedBuild[], places: ReadonlyMap<string, number> = new Map()): Html =>
  html`<ol class="builds">${builds.map((one) => row(one, places.get(one.build.id)))}</ol>`;
