import { html } from 'hono/html';
import type { BadgeState } from '../store/store.ts';
import type { ListedBuild } from './builds-list.ts';
import { chart } from './chart.ts';
import { copyable } from './copyable.ts';
import { formatDuration } from './format-duration.ts';
import { formatSize } from './format-size.ts';
import { inert } from './inert.ts';
import { type Html, page, type Reader } from './page.ts';
import { timeElement } from './time-element.ts';
import { useSection } from './use-section.ts';

export type ServicePage = {
  readonly owner: string;
  readonly repo: string;
  readonly service: string;
  /** Published builds, newest first. */
  readonly builds: readonly ListedBuild[];
  readonly badge: BadgeState;
  /** Path of the badge, with its token where it needs one. */
  readonly badgePath: string;
  readonly publicUrl: string;
  readonly registry: string;
  /** Address of older versions. */
  readonly older?: string | undefined;
  /** Given where this reader may change the badge's token. */
  readonly changeToken?: { readonly formKey: string } | undefined;
  readonly reader: Reader;
};

const tookOf = ({ build }: ListedBuild): number =>
  build.startedAt && build.endedAt ? build.endedAt.getTime() - build.startedAt.getTime() : 0;

function row({ build, merge }: ListedBuild): Html {
  const { outcome, artifact } = build;
  return html`<tr><th scope="row"><a href="/builds/${build.id}">${artifact.version}</a></th>
<td><code title="${outcome?.digest ?? ''}">${outcome?.digest?.slice(0, 19) ?? ''}</code></td>
<td class="number">${outcome?.size === undefined ? '' : formatSize(outcome.size)}</td><td class="number">${formatDuration(tookOf({ build, merge }))}</td>
<td>${timeElement(build.endedAt ?? build.createdAt)}</td>
<td><a href="${merge.repositoryUrl}/pull/${merge.number}" rel="noopener">#${merge.number}</a> ${inert(merge.title)}</td></tr>`;
}

/** A service: its versions, how to pull the newest, size and time over versions, and its badge. */
export function servicePage(given: ServicePage): Html {
  const { owner, repo, service, builds, badge, badgePath, publicUrl, registry, older, changeToken, reader } = given;
  const [newest] = builds;
  const oldestFirst = builds.toReversed();
  const charts =
    builds.length < 2
      ? ''
      : html`<div class="charts">${chart('Image size', oldestFirst, (one) => one.build.outcome?.size, formatSize)}${chart('Build time', oldestFirst, tookOf, formatDuration)}</div>`;
  const token =
    changeToken === undefined
      ? ''
      : html`<form method="post" action="/badge-token"><input type="hidden" name="form" value="${changeToken.formKey}"><input type="hidden" name="owner" value="${owner}"><input type="hidden" name="repo" value="${repo}"><input type="hidden" name="service" value="${service}"><button>Change its token</button> <span class="note">Badges with the old one turn grey.</span></form>`;
  const failing = badge.last?.verdict === 'failed';
  return page({
    title: `${failing ? '✗' : '✓'} ${service} · Slipway`,
    tone: newest === undefined && !failing ? 'quiet' : failing ? 'bad' : 'good',
    reader,
    main: html`<div class="heading"><h1>${service}</h1> <img class="readme-badge" src="${badgePath}" alt="Badge: ${badge.good ?? 'none yet'}${failing ? ', failing' : ''}" height="20"></div>
<p class="subject">${owner}/${repo} · <a href="/builds?repository=${encodeURIComponent(`${owner}/${repo}`)}&amp;service=${encodeURIComponent(service)}">all its builds</a></p>
${newest === undefined ? '' : useSection(newest.build, registry, true)}
<section class="stack"><h2>Versions</h2>${
      builds.length === 0
        ? html`<p class="note">Nothing has been published yet.</p>`
        : html`<div class="scroll" tabindex="0" role="region" aria-label="Versions"><table><thead><tr><th scope="col">Version</th><th scope="col">Digest</th><th scope="col" class="number">Size</th><th scope="col" class="number">Took</th><th scope="col">Published</th><th scope="col">Pull request</th></tr></thead><tbody>${builds.map(row)}</tbody></table></div>`
    }${older === undefined ? '' : html`<nav aria-label="Pages of the list"><a class="older" href="${older}">Older versions</a></nav>`}</section>
${charts}
<section class="stack"><h2>Badge</h2>${copyable(`[![build](${publicUrl}${badgePath})](${publicUrl}${reader.at.replace(/\?.*$/, '')})`)}${token}</section>`,
  });
}
