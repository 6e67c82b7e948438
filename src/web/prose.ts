import { html } from 'hono/html';
import { inert } from './inert.ts';
import type { Html } from './page.ts';

/** A sentence for people, inert; what stands between backticks is shown as code. */
export function prose(text: string): Html {
  const parts = inert(text).split(/`([^`]+)`/);
  return html`${parts.map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part))}`;
}
