import { parseArgs } from 'node:util';
import { z } from 'zod';
import { SlipwayError } from '../errors.ts';
import { type Environment, readStoreSettings } from '../settings.ts';
import { askStore } from './ask-store.ts';
import type { Terminal } from './terminal.ts';

export const serviceUsage = `slipway service transfer NAME --to OWNER/REPO [--json]
  Gives a service to another repository, which alone publishes its versions from then on. Slipway must have seen a pull
  request of that repository. Builds that wait or run go on; versions that are published stay as they are.`;

const repository = z.object({ repositoryId: z.number(), owner: z.string(), repo: z.string() });
const answer = z.union([
  z.object({ kind: z.enum(['moved', 'there']), from: repository, to: repository }),
  z.object({ kind: z.enum(['no-service', 'no-repository']) }),
]);

/** `slipway service`. */
export async function serviceCommand(
  args: readonly string[],
  { environment, terminal, signal }: { environment: Environment; terminal: Terminal; signal: AbortSignal },
): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { to: { type: 'string' }, json: { type: 'boolean', default: false } },
  });
  const [verb, service, ...more] = positionals;
  if (verb !== 'transfer' || service === undefined || more.length > 0) {
    throw new SlipwayError('bad-usage', `Expected transfer and one service, found \`${positionals.join(' ')}\`.`, {
      help: 'slipway service transfer NAME --to OWNER/REPO',
    });
  }
  const [, owner, repo] = /^([^/\s]+)\/([^/\s]+)$/.exec(values.to ?? '') ?? [];
  if (owner === undefined || repo === undefined) {
    const found = values.to === undefined ? 'none' : `\`${values.to}\``;
    throw new SlipwayError('bad-usage', `--to: expected OWNER/REPO, found ${found}.`);
  }
  const question = { service, owner, repo };
  const transfer = answer.parse(await askStore(readStoreSettings(environment), 'transfer', question, signal));
  if (!('from' in transfer)) throw refusal(transfer.kind, question);
  const { kind, from, to } = transfer;
  const name = (one: typeof from) => `${one.owner}/${one.repo} (id ${one.repositoryId})`;
  if (values.json) terminal.out(`${JSON.stringify({ service, ...transfer })}\n`);
  else if (kind === 'there') terminal.out(`${service} belongs to ${name(to)} already; nothing was changed.\n`);
  else {
    terminal.out(
      `${service} belongs to ${name(to)} now, and no more to ${name(from)}.\n` +
        `  Aliases such as latest stay where they are until you point them to a version of ${to.owner}/${to.repo}.\n`,
    );
  }
}

function refusal(
  kind: 'no-service' | 'no-repository',
  { service, owner, repo }: { service: string; owner: string; repo: string },
): SlipwayError {
  return kind === 'no-service'
    ? new SlipwayError('bad-usage', `Expected a service that Slipway has published, found \`${service}\`.`, {
        help: 'A service that is nobody’s needs no transfer: the first repository that publishes it has it.',
      })
    : new SlipwayError('bad-usage', `Expected a repository that Slipway knows, found \`${owner}/${repo}\`.`, {
        help: 'Install the App there and open a pull request into its base branch, then run the command again.',
      });
}
