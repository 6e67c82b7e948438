import { posix } from 'node:path';
import { formatAmiIds } from '../../ami-ids.ts';
import { SlipwayError } from '../../errors.ts';
import { identityOf } from '../../identity.ts';
import type { BuildRequest, Built } from '../artifact-type.ts';
import { type AmiDeps, packerOf, regionsOf } from './ami-deps.ts';
import { amiName, commitOf } from './ami-name.ts';
import { checkIds } from './check-ids.ts';
import { explainPackerFailure } from './explain-packer-failure.ts';
import { findRemnants, removalOf } from './find-remnants.ts';
import { packerCommand, workFolder } from './packer-command.ts';
import { containerName } from './packer-names.ts';
import { createRedactor } from './redactor.ts';
import { removeRun } from './remove-run.ts';
import { isLeft, type PackerEnd, runPacker } from './run-packer.ts';

/** Milliseconds that Packer has to take its instance down. */
const usualGrace = 5 * 60_000;
/** Packer, its plugins, and what a template runs beside them. */
const processes = 512;

/** The template's text; undefined for a folder. */
async function readTemplate({ source, artifact: { service } }: BuildRequest): Promise<string | undefined> {
  const path = posix.join(service.path, packerOf(service).template);
  const kind = await source.kind(path);
  if (kind === 'folder') return undefined;
  const text = kind === undefined ? undefined : await source.read(path);
  if (text !== undefined) return text;
  throw new SlipwayError('template-missing', `Expected a Packer template at \`${path}\`, found nothing.`, {
    help: 'Add one, or name another in `.github/slipway.yml` under `services[].packer.template`.',
  });
}

/** An image of the wanted name that carries no version was left by a build that was interrupted. */
async function refuseNamesake(deps: AmiDeps, regions: readonly string[], name: string, signal: AbortSignal) {
  for (const region of regions) {
    const [found] = await deps.aws.images(region, [{ Name: 'name', Values: [name] }], signal);
    if (found === undefined) continue;
    throw new SlipwayError(
      'version-taken',
      `The account has an image named \`${name}\` in \`${region}\` already (\`${found.id}\`), which carries no version.`,
      { help: `An interrupted build has left it. ${removalOf(region, found).join('. ')}. Then press Rebuild.` },
    );
  }
}

/**
 * Has Packer make the machine images of a service. Packer's container outlives the worker: a later one takes it up.
 *
 * @throws {SlipwayError}
 */
export async function buildAmi(deps: AmiDeps, request: BuildRequest, grace = usualGrace): Promise<Built> {
  const { aws, containers, settings, log } = deps;
  const { artifact, buildId, signal, onEvent, labels, source } = request;
  const { service, version } = artifact;
  const packer = packerOf(service);
  const regions = regionsOf(deps, service);
  const commit = commitOf(identityOf(labels));
  const name = amiName(artifact, commit);
  const text = await readTemplate(request);
  const credentials = await aws.credentials();
  if ((await containers.find(containerName(buildId))) === undefined) await refuseNamesake(deps, regions, name, signal);
  const redactor = createRedactor([
    credentials.secretAccessKey,
    credentials.sessionToken ?? '',
    credentials.accessKeyId,
  ]);
  const variables = { service_name: service.name, version, commit, build: buildId, ami_name: name, work: workFolder };
  const { environment } = deps;

  const note = async (mentioned: ReadonlySet<string>) => {
    const left = await findRemnants(aws, { regions, buildId, amiName: name, mentioned });
    for (const text of left) onEvent({ kind: 'note', text });
  };
  let end: PackerEnd;
  try {
    end = await runPacker(deps, {
      ...packerCommand({ packer, variables, region: regions[0], credentials, environment }),
      buildId,
      image: settings.image ?? '',
      memory: settings.memory,
      processes,
      tar: () => source.context({ path: service.path, signal }),
      redactor,
      signal,
      onEvent,
      grace,
    });
  } catch (error) {
    // A container that could not be started; one that runs is found again by its name.
    if (!(error instanceof SlipwayError && error.transient) && !isLeft(signal))
      await removeRun(containers, log, buildId);
    throw error;
  }
  try {
    if (end.interrupted)
      throw new SlipwayError('cancelled', 'Stopped while Packer was at work.', { cause: signal.reason });
    if (end.status !== 0) {
      const templatePath = posix.join(service.path, packer.template);
      const memory = `${Math.round(settings.memory / 2 ** 20)} MiB`;
      const { template } = packer;
      throw explainPackerFailure({ end, story: end.story, template, text, templatePath, memory });
    }
    return { imageId: formatAmiIds(checkIds(end, regions)), engineId: await containers.engineId() };
  } catch (error) {
    await removeRun(containers, log, buildId);
    await note(end.story.mentioned);
    throw error;
  }
}
