import { html } from 'hono/html';
import type { Build, BuildStep, Outcome } from '../build-terms.ts';
import type { MergeRecord } from '../store/store.ts';
import { actForms, type Offer } from './act-forms.ts';
import { buildStatus } from './build-status.ts';
import { formatDuration } from './format-duration.ts';
import { formatSize } from './format-size.ts';
import { inert } from './inert.ts';
import type { LogPart } from './log-lines.ts';
import { logSection } from './log-section.ts';
import { type Html, page, type Reader } from './page.ts';
import { prose } from './prose.ts';
import { serviceHref } from './service-href.ts';
import { timeElement } from './time-element.ts';
import { timeline } from './timeline.ts';
import { useSection } from './use-section.ts';
import { verdictBadge } from './verdict-badge.ts';

const faults = {
  yours: 'yours (something in the repository has to change)',
  ours: 'ours (nothing in the repository is wrong)',
  timeout: 'timeout (it took longer than it may)',
} as const;

const fact = (name: string, value: Html | string | undefined): Html | '' =>
  value === undefined ? '' : html`<div><dt>${name}</dt><dd>${value}</dd></div>`;

function outcomeSection(outcome: Outcome, tone: string): Html {
  const { reason, help, fault, notes } = outcome;
  return html`<section class="outcome ${tone}" aria-label="Verdict">
<p class="reason">${prose(reason)}</p>
${fault === undefined ? '' : html`<p>Fault: ${faults[fault]}.</p>`}
${help === undefined || help === '' ? '' : html`<p><strong>What to do next:</strong> ${prose(help)}</p>`}
${notes.length === 0 ? '' : html`<ul>${notes.map((note) => html`<li>${prose(note)}</li>`)}</ul>`}
</section>`;
}

/** Why a build does not run yet, for people. */
function waiting({ state, waitsFor, retryAt }: Build, place: number | undefined): Html | '' {
  if (state !== 'queued') return '';
  const why =
    waitsFor !== undefined
      ? `It waits for the ${waitsFor}.`
      : retryAt !== undefined
        ? html`It is tried again at ${timeElement(retryAt)}.`
        : place !== undefined && `Place ${place} in the queue.`;
  return why === false
    ? ''
    : html`<section class="outcome quiet" aria-label="State"><p class="reason">${why}</p></section>`;
}

export type BuildPage = {
  readonly build: Build;
  readonly merge: MergeRecord;
  readonly steps: readonly BuildStep[];
  readonly parts: readonly LogPart[];
  /** Of the log's last chunk among them. */
  readonly lastSeq: number;
  readonly place: number | undefined;
  /** Address that stands before service names. */
  readonly registry: string;
  /** What stands in place of a log that is no longer kept. */
  readonly gone: string | undefined;
  /** Behind addresses of this build: the key of a signed link. */
  readonly key: string;
  readonly offer: Offer | undefined;
  readonly reader: Reader;
  readonly now: Date;
};

/** Everything about one build. */
export function buildPage({
  build,
  merge,
  steps,
  parts,
  lastSeq,
  place,
  registry,
  gone,
  key,
  offer,
  reader,
  now,
}: BuildPage): Html {
  const { artifact, outcome, startedAt, endedAt } = build;
  const name = `${artifact.service.name}:${artifact.version}`;
  const { mark, tone } = buildStatus(build);
  const pull = `${merge.repositoryUrl}/pull/${merge.number}`;
  const commit = `${merge.repositoryUrl}/commit/${merge.mergeCommit}`;
  const href = `/builds/${build.id}`;
  const links = {
    raw: `${href}/log${key}`,
    live: `${href}/live${key === '' ? '?' : `${key}&`}after=${lastSeq}`,
    all: `${href}${key === '' ? '?' : `${key}&`}lines=all`,
  };
  return page({
    title: `${mark} ${name} · Slipway`,
    tone,
    ...(build.state === 'ended' ? {} : { refreshSeconds: 5 }),
    reader,
    main: html`<div id="live-head" class="stack"><div class="heading"><h1><a class="quietly" href="${serviceHref(merge, artifact.service.name)}">${artifact.service.name}</a>:${artifact.version}</h1> ${verdictBadge(build)} ${actForms(build, offer)}</div>
<p class="subject"><a href="${pull}" rel="noopener">${merge.owner}/${merge.repo}#${merge.number}</a> ${inert(merge.title)}</p>
${outcome === undefined ? waiting(build, place) : outcomeSection(outcome, tone)}
${outcome?.verdict === 'published' ? useSection(build, registry) : ''}
<section><h2 class="unseen">Facts</h2><dl class="facts">
${fact('Merge commit', html`<a href="${commit}" rel="noopener"><code>${merge.mergeCommit.slice(0, 10)}</code></a>`)}
${fact('Version from', prose(artifact.versionFrom))}
${fact('Service from', prose(artifact.service.nameFrom))}
${fact('Queued', timeElement(build.createdAt))}
${fact(endedAt ? 'Took' : 'Running for', startedAt && formatDuration((endedAt ?? now).getTime() - startedAt.getTime()))}
${fact('Size', outcome?.size === undefined ? undefined : formatSize(outcome.size))}
${fact('Asked for by', build.requestedBy)}
${fact('Build', html`<code>${build.id}</code>`)}
</dl></section>
${timeline(build, merge, steps, now)}</div>
${logSection({ build, steps, parts, links, gone, now })}`,
  });
}
