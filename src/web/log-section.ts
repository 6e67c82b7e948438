import { html } from 'hono/html';
import type { BuildState } from '../terms.ts';
import type { LogTail } from './log-tail.ts';
import type { Html } from './page.ts';

/** The end of the log, and the way to the whole. Each line can be linked by its number: `#L120`. */
export function logSection({ lines, first }: LogTail, href: string, state: BuildState): Html {
  const last = first + lines.length - 1;
  const end = lines.length > 30 ? html`<a href="#L${last}">To its end</a>` : '';
  const whole = html`<nav>${end} <a href="${href}">${first > 1 ? 'Whole log' : 'As text'}</a></nav>`;
  const heading = html`<div class="heading"><h2>Log</h2> ${lines.length > 0 ? whole : ''}</div>`;
  if (lines.length === 0) {
    const why = state === 'ended' ? 'This build printed nothing.' : 'Nothing has been printed yet.';
    return html`<section>${heading}<p class="note">${why}</p></section>`;
  }
  const cut = first > 1 ? html`<p class="note">Lines ${first} to ${last}: the end of the log.</p>` : '';
  return html`<section>${heading}
${cut}<pre class="log" tabindex="0" aria-label="Log">${lines.map(
    (line, index) => html`<span id="L${first + index}" data-line="${first + index}">${line}
</span>`,
  )}</pre></section>`;
}
