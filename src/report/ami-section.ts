import { consoleAddress, runCommand, terraformLines } from '../ami-commands.ts';
import { parseAmiIds } from '../ami-ids.ts';
import type { Build, Outcome } from '../build-terms.ts';
import { code, link, table } from './markdown.ts';

/** The machine images of a version by region, and the lines that use them. */
export function amiSection({ build, outcome }: { readonly build: Build; readonly outcome: Outcome }): string {
  const ids = parseAmiIds(outcome.digest ?? '');
  const rows = ids.map((one) => [code(one.region), code(one.id), link('console', consoleAddress(one))]);
  return [
    table(['Region', 'AMI', ''], rows),
    ['```sh', ...ids.map(runCommand), '```'].join('\n'),
    ['```hcl', ...terraformLines(build.artifact), '```'].join('\n'),
  ].join('\n\n');
}
