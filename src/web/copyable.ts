import { html } from 'hono/html';
import type { Html } from './page.ts';

/** Text to copy; the button comes with the script. */
export const copyable = (text: string): Html =>
  html`<div class="copyable"><pre class="command" tabindex="0"><code>${text}</code></pre><button type="button" data-copy="${text}" hidden>Copy<span class="unseen"> ${text}</span></button></div>`;
