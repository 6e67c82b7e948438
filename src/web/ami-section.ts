import { html } from 'hono/html';
import { consoleAddress, runCommand, terraformLines } from '../ami-commands.ts';
import { parseAmiIds } from '../ami-ids.ts';
import type { Artifact } from '../terms.ts';
import { copyable } from './copyable.ts';
import type { Html } from './page.ts';

/** The machine images of a version by region, and the lines that use them. */
export function amiSection(artifact: Artifact, digest: string): Html {
  const ids = parseAmiIds(digest);
  const links = ids.map(
    (one) => html`<li>${one.region}: <a href="${consoleAddress(one)}"><code>${one.id}</code></a></li>`,
  );
  return html`<section class="stack"><h2>Use it</h2><ul>${links}</ul>${ids.map((one) => copyable(runCommand(one)))}${copyable(terraformLines(artifact).join('\n'))}</section>`;
}
