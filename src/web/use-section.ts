import { html } from 'hono/html';
import { consoleAddress, runCommand, terraformLines } from '../ami-commands.ts';
import { parseAmiIds } from '../ami-ids.ts';
import type { Build } from '../build-terms.ts';
import { copyable } from './copyable.ts';
import type { Html } from './page.ts';

/** How a published version is used: the commands that pull an image, or machine images by region and the lines for them. */
export function useSection({ artifact, outcome }: Build, registry: string, newest = false): Html {
  const { service, version } = artifact;
  const digest = outcome?.digest ?? '';
  const what = newest ? ' the newest' : ' it';
  if (service.type === 'ami') {
    const ids = parseAmiIds(digest);
    const links = ids.map(
      (one) => html`<li>${one.region}: <a href="${consoleAddress(one)}" rel="noopener"><code>${one.id}</code></a></li>`,
    );
    const commands = [...ids.map(runCommand), terraformLines(artifact).join('\n')];
    return html`<section class="stack"><h2>Use${what}</h2><ul>${links}</ul>${commands.map(copyable)}</section>`;
  }
  const name = `${registry}/${service.name}`;
  const byDigest = newest || digest === '' ? '' : copyable(`docker pull ${name}@${digest}`);
  return html`<section class="stack"><h2>Pull${what}</h2>${copyable(`docker pull ${name}:${version}`)}${byDigest}</section>`;
}
