import { parseArgs } from 'node:util';
import { z } from 'zod';
import { SlipwayError } from '../errors.ts';
import { createLog } from '../log.ts';
import { checkServiceName } from '../plan/check-service-name.ts';
import type { PrunePolicy } from '../plan/plan-prune.ts';
import { openRegistry } from '../push/open-registry.ts';
import { duration, wholeNumber } from '../setting-values.ts';
import { type Environment, readRegistrySettings, readStoreSettings } from '../settings.ts';
import { askStore } from './ask-store.ts';
import { type PrunedService, pruneService } from './prune-service.ts';
import type { Terminal } from './terminal.ts';

export const pruneUsage = `slipway prune [--service NAME] [--keep N] [--keep-within 30d] [--dry-run] [--json]
  Deletes versions of a service from the registry; without --service, of every service in the store.
  --keep N             the N newest versions stay
  --keep-within TIME   versions that are younger stay; with --keep, a version stays that either keeps
  --dry-run            say what would be deleted, delete nothing
  The newest version and whatever shares its digest with an alias stay in any case. A number stays taken for good.`;

const answer = z.object({ services: z.array(z.string()) });

/** `slipway prune`. */
export async function pruneCommand(
  args: readonly string[],
  { environment, terminal, signal }: { environment: Environment; terminal: Terminal; signal: AbortSignal },
): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      service: { type: 'string' },
      keep: { type: 'string' },
      'keep-within': { type: 'string' },
      'dry-run': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  });
  const policy = readPolicy(values.keep, values['keep-within']);
  const settings = readRegistrySettings(environment);
  const services =
    values.service === undefined
      ? answer.parse(await askStore(readStoreSettings(environment), 'services', {}, signal)).services
      : [checkServiceName(values.service, '--service', settings.address.length)];
  const registry = openRegistry({ settings, log: createLog('silent') });
  const dryRun = values['dry-run'];
  const pruned: PrunedService[] = [];
  try {
    for (const service of services) {
      const one = await pruneService(registry, { service, policy, dryRun, now: new Date(), signal });
      if (one.kept.length + one.removed.length === 0 && values.service !== undefined) {
        throw new SlipwayError('bad-usage', `Expected a service in ${settings.address}, found no tag of ${service}.`);
      }
      pruned.push(one);
      if (!values.json) terminal.out(table(one, dryRun));
    }
  } finally {
    await registry.close();
  }
  if (values.json) terminal.out(`${JSON.stringify({ dryRun, services: pruned })}\n`);
  else if (services.length === 0) terminal.out('Nothing was published yet: there is nothing to remove.\n');
}

function readPolicy(keep: string | undefined, keepWithin: string | undefined): PrunePolicy {
  if (keep === undefined && keepWithin === undefined) {
    throw new SlipwayError('bad-usage', 'Expected what is to be kept, found neither --keep nor --keep-within.', {
      help: 'For example: slipway prune --keep 10 --keep-within 30d --dry-run',
    });
  }
  return {
    ...(keep === undefined ? {} : { keep: read('--keep', wholeNumber(1, 1_000_000), keep) }),
    ...(keepWithin === undefined ? {} : { keepWithin: read('--keep-within', duration, keepWithin) }),
  };
}

function read(option: string, schema: z.ZodType<number>, value: string): number {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new SlipwayError('bad-usage', `${option}: ${result.error.issues[0]?.message}, found \`${value}\`.`);
}

function table({ service, removed, kept }: PrunedService, dryRun: boolean): string {
  const width = Math.max(0, ...[...removed, ...kept].map(({ tag }) => tag.length));
  const word = dryRun ? 'would be removed' : 'removed';
  const lines = [
    `${service}: ${removed.length} of ${removed.length + kept.length} tags ${word}`,
    ...removed.map(({ tag, digest }) => `  - ${tag.padEnd(width)}  ${digest}`),
    ...kept.map(({ tag, reason }) => `    ${tag.padEnd(width)}  kept: ${reason}`),
  ];
  return `${lines.join('\n')}\n`;
}
