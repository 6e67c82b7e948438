import { html, raw } from 'hono/html';
import type { Build, BuildStep } from '../build-terms.ts';
import { escapeText } from './escape-text.ts';
import { inert } from './inert.ts';
import type { LogLine, LogPart } from './log-lines.ts';
import type { Html } from './page.ts';
import { stepFacts } from './step-facts.ts';
import type { Segment } from './styled-line.ts';

/** Up to so many lines all steps stand open. */
const fewLines = 300;

type Group = { readonly step: string; readonly lines: LogLine[] };

/** Parts by step: all lines of a step stand together, in the order of the steps' first lines. */
function groupsOf(parts: readonly LogPart[]): Group[] {
  const groups: Group[] = [];
  const ofStep = new Map<string, Group>();
  for (const { step, lines } of parts) {
    const last = groups.at(-1);
    let group = step === '' ? (last?.step === '' ? last : undefined) : ofStep.get(step);
    if (group === undefined) {
      group = { step, lines: [] };
      groups.push(group);
      if (step !== '') ofStep.set(step, group);
    }
    group.lines.push(...lines);
  }
  return groups;
}

function segmentText(segment: Segment): string {
  if (typeof segment === 'string') return escapeText(segment);
  const [text, classes, href] = segment;
  const look = classes === '' ? '' : ` class="${classes}"`;
  if (href === undefined) return `<span${look}>${escapeText(text)}</span>`;
  return `<a${look} href="${escapeText(href)}" rel="noopener noreferrer nofollow">${escapeText(text)}</a>`;
}

/** Strings, and not templates: a log has thousands of lines. */
function linesText(lines: readonly LogLine[]): string {
  const out: string[] = [];
  for (const [index, [number, segments]] of lines.entries()) {
    const text = segments.map(segmentText).join('');
    const goesOn = number > 0 && lines[index - 1]?.[0] === number;
    if (goesOn) out[out.length - 1] = (out.at(-1) ?? '').replace(/<\/span>\n<\/div>$/, `${text}</span>\n</div>`);
    else if (number === 0) out.push(`<div class="line gone"><span>${text}</span>\n</div>`);
    else {
      out.push(
        `<div class="line" id="L${number}"><a class="no" href="#L${number}" tabindex="-1">${number}</a><span>${text}</span>\n</div>`,
      );
    }
  }
  return out.join('');
}

function summary(step: BuildStep | undefined, name: string, now: Date): Html {
  const { mark, tone, words } = stepFacts(step, now);
  return html`<summary><span class="mark ${tone}" aria-hidden="true">${mark}</span> <span class="name">${inert(name)}</span> <span class="took">${words}</span></summary>`;
}

/** The log, folded by step; each line can be linked by its number: `#L120`. It is text, whatever a build prints. */
export function logSection({
  build,
  steps,
  parts,
  links,
  gone,
  now,
}: {
  readonly build: Pick<Build, 'state' | 'outcome'>;
  readonly steps: readonly BuildStep[];
  readonly parts: readonly LogPart[];
  readonly links: { readonly raw: string; readonly live: string; readonly all: string };
  /** What stands in place of a log that is no longer kept. */
  readonly gone: string | undefined;
  readonly now: Date;
}): Html {
  const groups = groupsOf(parts);
  const count = parts.reduce((sum, { lines }) => sum + lines.length, 0);
  const first = parts[0]?.lines[0]?.[0] ?? 1;
  const named = new Map(steps.map((step) => [step.id, step]));
  const ended = build.state === 'ended';
  const isOpen = (step: BuildStep | undefined): boolean =>
    step === undefined || count <= fewLines || step.error !== undefined || (!ended && step.endedAt === undefined);
  const empty = gone ?? (ended ? 'This build printed nothing.' : 'Nothing has been printed yet.');
  const follow = ended
    ? ''
    : html`<label class="follow" hidden><input type="checkbox" id="follow" checked> Follow</label>`;
  const cut =
    first > 1 && count > 0
      ? html`<p class="note">The end of the log, from line ${first}. <a id="earlier" href="${links.all}">Show it whole</a></p>`
      : '';
  return html`<section aria-labelledby="log-heading"><div class="heading"><h2 id="log-heading">Log</h2>
<nav aria-label="Log">${follow} <a href="${links.raw}">As text</a></nav></div>
${cut}<div class="log" id="log" tabindex="0" role="region" aria-labelledby="log-heading"${ended ? '' : html` data-live="${links.live}"`}>${
    groups.length === 0 ? html`<p class="empty">${empty}</p>` : ''
  }${groups.map(({ step, lines }) => {
    const known = named.get(step);
    const name = step === '' ? 'Slipway' : (known?.name ?? step);
    const open = isOpen(known) ? html` open` : '';
    return html`<details class="step" data-step="${step}"${open}>${summary(known, name, now)}<div class="lines">${raw(linesText(lines))}</div></details>`;
  })}</div></section>`;
}
