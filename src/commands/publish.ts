import { parseArgs } from 'node:util';
import { runCommand } from '../ami-commands.ts';
import { parseAmiIds } from '../ami-ids.ts';
import { SlipwayError } from '../errors.ts';
import { openFolder } from '../fetch/open-folder.ts';
import { nameService } from '../plan/name-service.ts';
import { publishArtifact } from '../publish/publish-artifact.ts';
import { type Environment, readRegistryIfSet } from '../settings.ts';
import type { ArtifactType } from '../terms.ts';
import { showProgress, type Terminal } from './terminal.ts';

export const publishUsage = `slipway publish DIR --version X.Y.Z --type docker|ami [--service NAME] [options]
  Publishes a folder as NAME:X.Y.Z to the registry named by REGISTRY, or as machine images to AWS, which needs none.
  --service NAME       default: service_name, else name, of DIR's package.json
  --dockerfile FILE    relative to DIR; default Dockerfile
  --target STAGE       stop at this stage
  --build-arg KEY=VAL  may be given several times; never a secret: it stays visible in the image
  --template FILE      of Packer, relative to DIR, for --type ami; default packer.pkr.hcl
  --var KEY=VAL        for the template; may be given several times; never a secret
  --only BUILD         of the template; may be given several times; default all
  --region REGION      may be given several times; default AWS_REGION
  --json               print one object: reference, digest, type, size, seconds
  exit status: 0 published, or published before from the same files; 1 failed; 2 refused or bad usage`;

const types: ReadonlySet<string> = new Set<ArtifactType>(['docker', 'ami']);

const isType = (value: string): value is ArtifactType => types.has(value);

function pairsOf(option: string, given: readonly string[]): Record<string, string> {
  const pairs = given.map((pair) => {
    const at = pair.indexOf('=');
    if (at < 1) throw new SlipwayError('bad-usage', `${option}: expected KEY=VALUE, found \`${pair}\`.`);
    return [pair.slice(0, at), pair.slice(at + 1)];
  });
  return Object.fromEntries(pairs);
}

/** `slipway publish`. */
export async function publishCommand(
  args: readonly string[],
  context: { environment: Environment; terminal: Terminal; signal: AbortSignal },
): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      service: { type: 'string' },
      version: { type: 'string' },
      type: { type: 'string' },
      dockerfile: { type: 'string' },
      target: { type: 'string' },
      'build-arg': { type: 'string', multiple: true, default: [] },
      template: { type: 'string', default: 'packer.pkr.hcl' },
      var: { type: 'string', multiple: true, default: [] },
      only: { type: 'string', multiple: true, default: [] },
      region: { type: 'string', multiple: true, default: [] },
      json: { type: 'boolean', default: false },
    },
  });
  const [dir, ...more] = positionals;
  if (dir === undefined || more.length > 0)
    throw new SlipwayError('bad-usage', `Expected one folder, found ${positionals.length}.`);
  if (values.version === undefined) throw new SlipwayError('bad-usage', 'Expected --version X.Y.Z, found none.');
  const type = values.type ?? '';
  if (!isType(type))
    throw new SlipwayError(
      'bad-usage',
      `--type: expected docker or ami, found ${type === '' ? 'none' : `\`${type}\``}.`,
    );
  const registry = readRegistryIfSet(context.environment);
  const serviceName = values.service ?? (await nameOf(dir, registry?.address ?? ''));
  const progress = showProgress(context.terminal);
  const published = await publishArtifact({
    serviceName,
    version: values.version,
    type,
    source: dir,
    ...(registry && { registry }),
    ...(values.dockerfile === undefined ? {} : { dockerfile: values.dockerfile }),
    build: {
      args: pairsOf('--build-arg', values['build-arg']),
      ...(values.target === undefined ? {} : { target: values.target }),
    },
    packer: {
      template: values.template,
      variables: pairsOf('--var', values.var),
      only: values.only,
      regions: values.region,
    },
    environment: context.environment,
    signal: context.signal,
    onPhase: progress.phase,
    onEvent: progress.event,
  }).finally(progress.end);
  const { reference, digest, size, seconds, isNew, notes } = published;
  for (const note of notes) context.terminal.err(`note: ${note}\n`);
  if (values.json) context.terminal.out(`${JSON.stringify({ reference, digest, type, size, seconds })}\n`);
  else {
    const how = isNew
      ? `published in ${seconds.toFixed(1)} s`
      : 'was published from the same files before; nothing was built';
    const use = type === 'ami' ? parseAmiIds(digest).map(runCommand) : [`docker pull ${reference}`, digest];
    context.terminal.out(`${[`${reference} ${how}`, ...use].join('\n  ')}\n`);
  }
}

async function nameOf(dir: string, registry: string): Promise<string> {
  const source = await openFolder({ dir, limits: { bytes: 2 ** 31, entries: 200_000 } });
  return nameService(await source.read('package.json'), '.', undefined, registry.length).name;
}
