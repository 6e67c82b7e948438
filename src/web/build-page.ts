import { html } from 'hono/html';
import type { MergeRecord } from '../store/store.ts';
import type { Build, Outcome } from '../terms.ts';
import { badge } from './badge.ts';
import { buildStatus } from './build-status.ts';
import { formatDuration } from './format-duration.ts';
import { formatSize } from './format-size.ts';
import { inert } from './inert.ts';
import { logSection } from './log-section.ts';
import type { LogTail } from './log-tail.ts';
import { type Html, page } from './page.ts';
import { phasesSection } from './phases-section.ts';
import { prose } from './prose.ts';
import { timeElement } from './time-element.ts';

const faults = {
  yours: 'yours (something in the repository has to change)',
  ours: 'ours (nothing in the repository is wrong)',
  timeout: 'timeout (it took longer than it may)',
} as const;

const fact = (name: string, value: Html | string | undefined): Html | '' =>
  value === undefined ? '' : html`<div><dt>${name}</dt><dd>${value}</dd></div>`;

function outcomeSection(outcome: Outcome, tone: string): Html {
  const { reason, help, fault, notes } = outcome;
  return html`<section class="outcome ${tone}">
<p class="reason">${prose(reason)}</p>
${fault === undefined ? '' : html`<p>Fault: ${faults[fault]}.</p>`}
${help === undefined || help === '' ? '' : html`<p><strong>What to do next:</strong> ${prose(help)}</p>`}
${notes.length === 0 ? '' : html`<ul>${notes.map((note) => html`<li>${prose(note)}</li>`)}</ul>`}
</section>`;
}

function pullSection(build: Build, registry: string): Html | '' {
  const { outcome, artifact } = build;
  if (outcome?.verdict !== 'published' || artifact.service.type !== 'docker') return '';
  const name = `${registry}/${artifact.service.name}`;
  const byDigest = outcome.digest === undefined ? '' : html`\ndocker pull ${name}@${outcome.digest}`;
  return html`<section><h2>Pull it</h2><pre class="command" tabindex="0"><code>docker pull ${name}:${artifact.version}${byDigest}</code></pre></section>`;
}

/** Everything about one build. */
export function buildPage({
  build,
  merge,
  tail,
  registry,
  logHref,
  now,
}: {
  readonly build: Build;
  readonly merge: MergeRecord;
  readonly tail: LogTail;
  /** Address that stands before service names. */
  readonly registry: string;
  readonly logHref: string;
  readonly now: Date;
}): Html {
  const { artifact, outcome, startedAt, endedAt } = build;
  const name = `${artifact.service.name}:${artifact.version}`;
  const { mark, tone } = buildStatus(build);
  const pull = `${merge.repositoryUrl}/pull/${merge.number}`;
  const commit = `${merge.repositoryUrl}/commit/${merge.mergeCommit}`;
  return page({
    title: `${mark} ${name} · Slipway`,
    ...(build.state === 'ended' ? {} : { refreshSeconds: 5 }),
    main: html`<div class="heading"><h1>${name}</h1> ${badge(build)}</div>
<p class="subject"><a href="${pull}">${merge.owner}/${merge.repo}#${merge.number}</a> ${inert(merge.title)}</p>
${outcome === undefined ? '' : outcomeSection(outcome, tone)}
${pullSection(build, registry)}
<section><h2 class="unseen">Facts</h2><dl class="facts">
${fact('Merge commit', html`<a href="${commit}"><code>${merge.mergeCommit.slice(0, 10)}</code></a>`)}
${fact('Version from', prose(artifact.versionFrom))}
${fact('Service from', prose(artifact.service.nameFrom))}
${fact('Queued', timeElement(build.createdAt))}
${fact(endedAt ? 'Took' : 'Running for', startedAt && formatDuration((endedAt ?? now).getTime() - startedAt.getTime()))}
${fact('Size', outcome?.size === undefined ? undefined : formatSize(outcome.size))}
${fact('Build', html`<code>${build.id}</code>`)}
</dl></section>
${phasesSection(build, now)}
${logSection(tail, logHref, build.state)}`,
  });
}
