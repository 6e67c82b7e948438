import { html } from 'hono/html';
import type { Build } from '../build-terms.ts';
import { buildStatus } from './build-status.ts';
import type { Html } from './page.ts';

/** A build's verdict or state, never by colour alone. */
export function verdictBadge(build: Pick<Build, 'state' | 'outcome'>): Html {
  const { word, mark, tone } = buildStatus(build);
  return html`<span class="badge ${tone}"><span aria-hidden="true">${mark}</span> ${word}</span>`;
}
