import path from 'node:path';
import { parseArgs } from 'node:util';
import { SlipwayError } from '../errors.ts';
import { openFolder } from '../fetch/open-folder.ts';
import { createLog } from '../log.ts';
import { configurationPath } from '../plan/configuration.ts';
import { makePlan } from '../plan/make-plan.ts';
import { readConfiguration } from '../plan/read-configuration.ts';
import { settleBump } from '../plan/settle-bump.ts';
import { openTools } from '../publish/open-tools.ts';
import { publishedVersions } from '../publish/published-versions.ts';
import { type Environment, readRegistrySettings } from '../settings.ts';
import type { Plan } from '../terms.ts';
import type { Terminal } from './terminal.ts';

export const planUsage = `slipway plan DIR [--label LABEL]... [--title TITLE] [--base BRANCH] [--json]
  Says what merging a pull request with these labels and this title would publish from DIR; builds nothing.
  For a bump label (major, minor, patch) the registry is asked what is published.
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
  const settings = readRegistrySettings(environment);
  const registry = settings.address;
  const source = await openFolder({ dir, limits: { bytes: 2 ** 31, entries: 200_000 } });
  const text = await source.read(configurationPath);
  const configuration = readConfiguration(text);
  const packageJsons = new Map<string, string | undefined>();
  for (const { path: folder, name } of configuration.services) {
    if (name === undefined) packageJsons.set(folder, await source.read(path.posix.join(folder, 'package.json')));
  }
  const asked = makePlan({
    pullRequest: { title: values.title, labels: values.label, baseRef: values.base },
    configuration,
    hasConfiguration: text !== undefined,
    hasRootDockerfile: (await source.kind('Dockerfile')) === 'file',
    packageJsons,
    authorMayWrite: true,
    registry,
  });
  const plan = await settleBumps(asked, { registry: settings, environment, log: createLog('silent') });
  if (values.json) terminal.out(`${JSON.stringify(plan)}\n`);
  if (plan.kind === 'refused') {
    throw new SlipwayError('version-invalid', plan.refusal.reason, { help: plan.refusal.help });
  }
  if (!values.json) terminal.out(`${describe(plan, registry)}\n`);
}

/** What a bump label gives now, by what is published. */
async function settleBumps(plan: Plan, options: Parameters<typeof openTools>[0]): Promise<Plan> {
  if (plan.kind !== 'publish' || plan.artifacts.every(({ bump }) => bump === undefined)) return plan;
  const { tools, registry } = openTools(options);
  try {
    const published = await publishedVersions(tools, plan, new AbortController().signal);
    const artifacts = plan.artifacts.map((one) => settleBump(one, published.get(one.service.name) ?? []));
    return { ...plan, artifacts };
  } finally {
    await registry.close();
  }
}

function describe(plan: Exclude<Plan, { kind: 'refused' }>, registry: string): string {
  if (plan.kind !== 'publish') return `Merging publishes nothing: ${plan.reason}`;
  const lines = plan.artifacts.map(
    ({ service, version, versionFrom }) =>
      `Merging publishes ${registry}/${service.name}:${version} (version from ${versionFrom}, name from ${service.nameFrom}; ${path.posix.join(service.path, service.dockerfile)})`,
  );
  return lines.join('\n');
}
