import { html } from 'hono/html';
import type { Build, BuildStep, Phase } from '../build-terms.ts';
import type { MergeRecord } from '../store/store.ts';
import { formatDuration } from './format-duration.ts';
import { inert } from './inert.ts';
import type { Html } from './page.ts';
import { stepFacts } from './step-facts.ts';

type Bar = {
  readonly name: string;
  readonly from: number;
  /** Undefined: it goes on. */
  readonly to: number | undefined;
  readonly kind: 'phase' | 'step' | 'cached' | 'failed' | 'wait';
  readonly words: string;
};

const order: readonly Phase[] = ['fetch', 'build', 'push', 'report'];
/** Percent: a bar is seen however short its time was. */
const least = 0.4;

function phaseBars(build: Build, merge: Pick<MergeRecord, 'receivedAt'>, now: number): Bar[] {
  const bars: Bar[] = [];
  const add = (name: string, from: Date, to: Date | undefined, kind: Bar['kind'] = 'phase') => {
    const ms = (to?.getTime() ?? now) - from.getTime();
    const words = formatDuration(ms) + (to === undefined ? ' so far' : '');
    bars.push({ name, from: from.getTime(), to: to?.getTime(), kind, words });
  };
  // A Rebuild was not planned anew.
  if (build.requestedBy === undefined) add('plan', merge.receivedAt, build.createdAt);
  add('queued', build.createdAt, build.startedAt ?? build.endedAt, 'wait');
  for (const phase of order) {
    const timing = build.timings[phase];
    if (timing !== undefined) add(phase, timing.startedAt, timing.endedAt ?? (build.endedAt || undefined));
  }
  return bars;
}

function stepBar(step: BuildStep, now: Date): Bar | undefined {
  if (step.startedAt === undefined) return undefined;
  const kind = step.error !== undefined ? 'failed' : step.cached ? 'cached' : 'step';
  const { words } = stepFacts(step, now);
  return { name: step.name, from: step.startedAt.getTime(), to: step.endedAt?.getTime(), kind, words };
}

/** Milliseconds between the marks of the scale, so that there are at most five. */
function scaleOf(total: number): number {
  const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 43_200];
  const day = 86_400;
  const seconds = steps.find((one) => total / (one * 1000) <= 5) ?? Math.ceil(total / (5 * day * 1000)) * day;
  return seconds * 1000;
}

/** Phases and steps on one scale of time. Positions are in percent, so that the bars stretch and the words do not. */
export function timeline(
  build: Build,
  merge: Pick<MergeRecord, 'receivedAt'>,
  steps: readonly BuildStep[],
  now: Date,
): Html {
  const phases = phaseBars(build, merge, now.getTime());
  const stepBars = steps.flatMap((step) => stepBar(step, now) ?? []);
  const start = Math.min(...phases.map(({ from }) => from));
  const end = Math.max(start + 1, ...[...phases, ...stepBars].map(({ to }) => to ?? now.getTime()));
  const percent = (at: number) => Math.min(100, Math.max(0, ((at - start) / (end - start)) * 100));
  const row = ({ name, from, to, kind, words }: Bar): Html => {
    const x = Math.min(percent(from), 100 - least);
    const width = Math.max(least, percent(to ?? now.getTime()) - x);
    const isStep = kind === 'step' || kind === 'cached' || kind === 'failed';
    return html`<li class="${kind}${to === undefined ? ' busy' : ''}${isStep ? ' inner' : ''}"><span class="name" title="${inert(name)}">${inert(name)}</span>
<svg aria-hidden="true"><rect class="track" width="100%" height="100%"/><rect class="bar" x="${x.toFixed(2)}%" width="${width.toFixed(2)}%" height="100%" rx="2"/></svg>
<span class="took">${words}</span></li>`;
  };
  const every = scaleOf(end - start);
  const marks = Array.from({ length: Math.floor((end - start) / every) }, (_, index) => (index + 1) * every);
  const at = phases.findIndex(({ name }) => name === 'build') + 1;
  const rows = at === 0 ? [...phases, ...stepBars] : [...phases.slice(0, at), ...stepBars, ...phases.slice(at)];
  return html`<section id="timeline" aria-labelledby="time-heading"><h2 id="time-heading">Time</h2>
<ol class="timeline">${rows.map(row)}<li class="scale" aria-hidden="true"><span></span><svg><text x="0">0</text>${marks.map(
    (ms) =>
      html`<text x="${percent(start + ms).toFixed(2)}%" text-anchor="${percent(start + ms) > 92 ? 'end' : 'middle'}">${formatDuration(ms).replace(/ 00 (s|min|h)$/, '')}</text>`,
  )}</svg><span></span></li></ol></section>`;
}
