import { html } from 'hono/html';
import type { ListedBuild } from './builds-list.ts';
import type { Html } from './page.ts';

/** Slots that a chart has at least: two bars do not fill it. */
const fewest = 12;

/** A small chart over versions, oldest first: bars from zero, with the least and the most in words. */
export function chart(
  name: string,
  builds: readonly ListedBuild[],
  pick: (one: ListedBuild) => number | undefined,
  words: (value: number) => string,
): Html | '' {
  const points = builds.flatMap((one) => {
    const value = pick(one);
    return value === undefined ? [] : [{ value, version: one.build.artifact.version }];
  });
  if (points.length < 2) return '';
  const most = Math.max(1, ...points.map(({ value }) => value));
  const least = Math.min(...points.map(({ value }) => value));
  const slot = 100 / Math.max(fewest, points.length);
  const last = points.at(-1)?.value ?? 0;
  return html`<figure class="chart"><figcaption>${name} <span class="note">now ${words(last)}, ${words(least)} to ${words(most)} over ${points.length} versions</span></figcaption>
<svg role="img" aria-label="${name} over versions: from ${words(points[0]?.value ?? 0)} to ${words(last)}">${points.map(
    ({ value, version }, index) => {
      const height = Math.max(2, (value / most) * 100);
      return html`<rect x="${(index * slot + slot * 0.1).toFixed(2)}%" width="${(slot * 0.8).toFixed(2)}%" y="${(100 - height).toFixed(2)}%" height="${height.toFixed(2)}%"><title>${version}: ${words(value)}</title></rect>`;
    },
  )}</svg></figure>`;
}
