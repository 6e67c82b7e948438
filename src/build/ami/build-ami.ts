import { formatAmiIds } from '../../ami-ids.ts';
import { SlipwayError } from '../../errors.ts';
import { identityOf } from '../../identity.ts';
import type { BuildRequest, Built } from '../artifact-type.ts';
import { type AmiDeps, imageOf, packerOf, processes, regionsOf } from './ami-deps.ts';
import { amiName, commitOf } from './ami-name.ts';
import { checkIds } from './check-ids.ts';
import { usualGrace } from './end-run.ts';
import { explainPackerFailure } from './explain-packer-failure.ts';
import { findRemnants, removalOf } from './find-remnants.ts';
import { ownVariables } from './own-variables.ts';
import { packerCommand } from './packer-command.ts';
import { containerName } from './packer-names.ts';
import { readTemplate } from './read-template.ts';
import { removeRun } from './remove-run.ts';
import { runPacker } from './run-packer.ts';

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
  const { service } = artifact;
  const packer = packerOf(service);
  const regions = regionsOf(deps, service);
  const commit = commitOf(identityOf(labels));
  const name = amiName(artifact, commit);
  const { text, path: templatePath } = await readTemplate(source, service);
  const credentials = await aws.credentials();
  if ((await containers.find(containerName(buildId))) === undefined) await refuseNamesake(deps, regions, name, signal);
  const variables = ownVariables({ artifact, commit, buildId });
  const { environment } = deps;

  // Where this rejects, a run may go on: the next try finds it by its name, or `abandon` ends it.
  const end = await runPacker(deps, {
    ...packerCommand({ verb: 'build', packer, variables, region: regions[0], credentials, environment }),
    buildId,
    image: imageOf(settings),
    memory: settings.memory,
    processes,
    tar: () => source.context({ path: service.path, signal }),
    signal,
    onEvent,
    grace,
  });
  try {
    if (end.interrupted)
      throw new SlipwayError('cancelled', 'Stopped while Packer was at work.', { cause: signal.reason });
    if (end.status !== 0) {
      const memory = `${Math.round(settings.memory / 2 ** 20)} MiB`;
      const { template } = packer;
      throw explainPackerFailure({ end, story: end.story, template, text, templatePath, memory });
    }
    return { imageId: formatAmiIds(checkIds(end, regions)), engineId: '' };
  } catch (error) {
    await removeRun(containers, log, buildId);
    const left = await findRemnants(aws, { regions, buildId, amiName: name, mentioned: end.story.mentioned });
    for (const text of left) onEvent({ kind: 'note', text });
    throw error;
  }
}
