import { html } from 'hono/html';
import type { Build, Phase } from '../terms.ts';
import { formatDuration } from './format-duration.ts';
import type { Html } from './page.ts';

const order: readonly Phase[] = ['plan', 'fetch', 'build', 'push', 'report'];

/** The phases that have begun, with their seconds and a bar that shows their part of the whole. */
export function phasesSection(build: Pick<Build, 'timings'>, now: Date): Html | '' {
  const phases = order.flatMap((phase) => {
    const timing = build.timings[phase];
    if (timing === undefined) return [];
    const ms = (timing.endedAt ?? now).getTime() - timing.startedAt.getTime();
    return [{ phase, ms, running: timing.endedAt === undefined }];
  });
  if (phases.length === 0) return '';
  const longest = Math.max(1, ...phases.map(({ ms }) => ms));
  return html`<section><h2>Phases</h2><ol class="phases">${phases.map(
    ({ phase, ms, running }) => html`<li${running ? html` class="busy"` : ''}>
<span>${phase}</span>
<svg viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true"><rect width="${((ms / longest) * 100).toFixed(2)}" height="1"/></svg>
<span class="took">${formatDuration(ms)}${running ? ' so far' : ''}</span>
</li>`,
  )}</ol></section>`;
}
