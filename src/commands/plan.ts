import path from 'node:path';
import { parseArgs } from 'node:util';
import { SlipwayError } from '../errors.ts';
import { openFolder } from '../fetch/open-folder.ts';
import { configurationPath } from '../plan/configuration.ts';
import { makePlan } from '../plan/make-plan.ts';
import { readConfiguration } from '../plan/read-configuration.ts';
import { type Environment, readRegistrySettings } from '../settings.ts';
import type { Plan } from '../terms.ts';
import type { Terminal } from './terminal.ts';

export const planUsage = `slipway plan DIR [--label LABEL]... [--title TITLE] [--base BRANCH] [--json]
  Says what merging a pull request with these labels and this title would publish from DIR; builds nothing.
  exit status: 0 it would publish, or nothing is asked for; 2 it would be refused`;

/** `slipway plan`. */
export async function planCommand(
  args: readonly string[],
  { environment, terminal }: { environment: Environment; terminal: Terminal },
): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      label: { type: 'string', multiple: true, default: [] },
      title: { type: 'string', default: '' },
      base: { type: 'string', default: 'develop' },
      json: { type: 'boolean', default: false },
    },
  });
  const [dir, ...more] = positionals;
  if (dir === undefined || more.length > 0) {
    throw new SlipwayError('bad-usage', `Expected one folder, found ${positionals.length}.`);
  }
  const registry = readRegistrySettings(environment).address;
  const source = await openFolder({ dir, limits: { bytes: 2 ** 31, entries: 200_000 } });
  const text = await source.read(configurationPath);
  const configuration = readConfiguration(text);
  const packageJsons = new Map<string, string | undefined>();
  for (const { path: folder } of configuration.services) {
    packageJsons.set(folder, await source.read(path.posix.join(folder, 'package.json')));
  }
  const plan = makePlan({
    pullRequest: { title: values.title, labels: values.label, baseRef: values.base },
    configuration,
    hasConfiguration: text !== undefined,
    hasRootDockerfile: (await source.kind('Dockerfile')) === 'file',
    packageJsons,
    authorMayWrite: true,
    registry,
  });
  if (values.json) terminal.out(`${JSON.stringify(plan)}\n`);
  if (plan.kind === 'refused') {
    throw new SlipwayError('version-invalid', plan.refusal.reason, { help: plan.refusal.help });
  }
  if (!values.json) terminal.out(`${describe(plan, registry)}\n`);
}

function describe(plan: Exclude<Plan, { kind: 'refused' }>, registry: string): string {
  if (plan.kind !== 'publish') return `Merging publishes nothing: ${plan.reason}`;
  const lines = plan.artifacts.map(
    ({ service, version, versionFrom }) =>
      `Merging publishes ${registry}/${service.name}:${version} (version from ${versionFrom}, name from ${service.nameFrom}; ${path.posix.join(service.path, service.dockerfile)})`,
  );
  return lines.join('\n');
}
