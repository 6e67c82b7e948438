import { createHash } from 'node:crypto';
import type { Staged } from '../../build-terms.ts';
import { identityOf } from '../../identity.ts';
import type { AbandonRequest, ArtifactBuilder } from '../artifact-type.ts';
import { type AmiDeps, packerOf, regionsOf } from './ami-deps.ts';
import { amiName, commitOf } from './ami-name.ts';
import { serviceTag, versionTag } from './ami-tags.ts';
import { buildAmi } from './build-ami.ts';
import { endRun } from './end-run.ts';
import { findAmi } from './find-ami.ts';
import { findRemnants } from './find-remnants.ts';
import { packerLabel } from './packer-names.ts';
import { publishAmi } from './publish-ami.ts';
import { removeRun } from './remove-run.ts';
import { holdsAmis, stageAmi } from './stage-ami.ts';
import { validateTemplate } from './validate-template.ts';

type Mentioned = Pick<Parameters<typeof findRemnants>[1], 'mentioned' | 'published'>;

const patience = (): AbortSignal => AbortSignal.timeout(60_000);

/** Artifacts of type `ami`: Amazon Machine Images, made by the repository's own Packer template. */
export function createAmiType(deps: AmiDeps): ArtifactBuilder {
  const { aws, containers, log } = deps;

  /** What a build leaves behind is named with its verdict. */
  async function note({ artifact, buildId, labels, onEvent }: AbandonRequest, of: Partial<Mentioned> = {}) {
    const regions = regionsOf(deps, artifact.service);
    const name = amiName(artifact, commitOf(identityOf(labels)));
    const left = await findRemnants(aws, { regions, buildId, amiName: name, mentioned: new Set(), ...of });
    for (const text of left) onEvent({ kind: 'note', text });
  }

  async function noting<T>(request: AbandonRequest, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      await note(request);
      throw error;
    }
  }

  return {
    reference: ({ service, version }) => `${service.name}:${version}`,
    find: (wanted) => findAmi(deps, wanted),
    async versions(service, signal) {
      // Nothing is published from here: the build says so, and a plan asks AWS for nothing.
      if (deps.settings.image === undefined) return [];
      const [region] = regionsOf(deps, service);
      const images = await aws.images(region, [{ Name: `tag:${serviceTag}`, Values: [service.name] }], signal);
      return images.flatMap(({ tags }) => tags[versionTag] ?? []);
    },
    async contentDigest(source, service, signal) {
      const context = await source.contextDigest({ path: service.path, signal });
      const { template, variables, only, regions } = packerOf(service);
      return createHash('sha256')
        .update(JSON.stringify([context, template, Object.entries(variables).sort(), only, regions]))
        .digest('hex');
    },
    validate: (request) => validateTemplate(deps, request),
    build: (request) => buildAmi(deps, request),
    holds: ({ imageId }) => holdsAmis(aws, imageId, patience()),
    isStaged: ({ digest }: Staged, signal) => holdsAmis(aws, digest, signal),
    stage: (request) => noting(request, () => stageAmi(aws, request)),
    async publish(request) {
      const published = await noting(request, () => publishAmi(deps, request));
      // An earlier try of the build may have left something.
      await note(request, { published: true });
      return published;
    },
    discard: (_, buildId) => removeRun(containers, log, buildId),
    async abandon(request) {
      const mentioned = await endRun(deps, request.buildId, request.onEvent);
      if (mentioned === undefined) return;
      await note(request, { mentioned }).catch((error: unknown) =>
        log.warn({ err: error, build: request.buildId }, 'what the build has left behind could not be looked for'),
      );
    },
    async leftOvers() {
      const found = await containers.labelled(packerLabel);
      return found.map((buildId) => ({
        buildId,
        remove: async () => void (await endRun(deps, buildId, () => undefined)),
      }));
    },
  };
}
