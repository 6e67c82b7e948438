import path from 'node:path';
import { parseArgs } from 'node:util';
import { SlipwayError } from '../errors.ts';
import { createLog } from '../log.ts';
import { makePlan } from '../plan/make-plan.ts';
import { settleBump } from '../plan/settle-bump.ts';
import { openTools } from '../publish/open-tools.ts';
import { publishedVersions } from '../publish/published-versions.ts';
import type { Tools } from '../publish/tools.ts';
import { openRegistry } from '../push/open-registry.ts';
import { type Environment, readRegistryIfSet } from '../settings.ts';
import type { Plan, Service } from '../terms.ts';
import { readFolder } from './read-folder.ts';
import type { Terminal } from './terminal.ts';

export const planUsage = `slipway plan DIR [--label LABEL]... [--title TITLE] [--base BRANCH] [--json]
  Says what merging a pull request with these labels and this title would publish from DIR; builds nothing.
  For a bump label (major, minor, patch) the registry, or AWS, is asked what is published.
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
  const settings = readRegistryIfSet(environment);
  const { source, configuration, hasConfiguration, packageJsons } = await readFolder(dir);
  const asked = makePlan({
    pullRequest: { title: values.title, labels: values.label, baseRef: values.base },
    configuration,
    hasConfiguration,
    hasRootDockerfile: (await source.kind('Dockerfile')) === 'file',
    packageJsons,
    authorMayWrite: true,
    registry: settings?.address ?? '',
  });
  const log = createLog('silent');
  const registry = settings && openRegistry({ settings, log });
  try {
    const { tools } = openTools({ registry, environment, log });
    const plan = await settleBumps(asked, tools);
    if (values.json) terminal.out(`${JSON.stringify(plan)}\n`);
    if (plan.kind === 'refused') {
      throw new SlipwayError('version-invalid', plan.refusal.reason, { help: plan.refusal.help });
    }
    if (!values.json) terminal.out(`${describe(plan, tools)}\n`);
  } finally {
    await registry?.close();
  }
}

/** What a bump label gives now, by what is published. */
async function settleBumps(plan: Plan, tools: Tools): Promise<Plan> {
  if (plan.kind !== 'publish' || plan.artifacts.every(({ bump }) => bump === undefined)) return plan;
  const published = await publishedVersions(tools, plan, new AbortController().signal);
  const artifacts = plan.artifacts.map((one) => settleBump(one, published.get(one.service.name) ?? []));
  return { ...plan, artifacts };
}

function describe(plan: Exclude<Plan, { kind: 'refused' }>, { builders }: Tools): string {
  if (plan.kind !== 'publish') return `Merging publishes nothing: ${plan.reason}`;
  const lines = plan.artifacts.map((artifact) => {
    const { service, versionFrom } = artifact;
    const reference = builders[service.type].reference(artifact);
    return `Merging publishes ${reference} (version from ${versionFrom}, name from ${service.nameFrom}; ${madeFrom(service)})`;
  });
  return lines.join('\n');
}

function madeFrom({ type, path: folder, dockerfile, packer }: Service): string {
  if (type === 'docker') return path.posix.join(folder, dockerfile);
  return `machine images by Packer${packer === undefined ? '' : ` from ${path.posix.join(folder, packer.template)}`}`;
}
