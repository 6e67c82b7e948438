import { createHash } from 'node:crypto';
import { identityOf } from '../../identity.ts';
import type { Staged } from '../../terms.ts';
import type { ArtifactBuilder, PublishRequest } from '../artifact-type.ts';
import { type AmiDeps, packerOf, regionsOf } from './ami-deps.ts';
import { amiName, commitOf } from './ami-name.ts';
import { serviceTag, versionTag } from './ami-tags.ts';
import { buildAmi } from './build-ami.ts';
import { findAmi } from './find-ami.ts';
import { findRemnants } from './find-remnants.ts';
import { containerName, packerLabel } from './packer-names.ts';
import { publishAmi } from './publish-ami.ts';
import { removeRun } from './remove-run.ts';
import { holdsAmis, stageAmi } from './stage-ami.ts';

const patience = (): AbortSignal => AbortSignal.timeout(60_000);

/** Artifacts of type `ami`: Amazon Machine Images, made by the repository's own Packer template. */
export function createAmiType(deps: AmiDeps): ArtifactBuilder {
  const { aws, containers, log } = deps;

  /** What was made and is not to be a version is named with the verdict. */
  async function noting<T>(
    request: Pick<PublishRequest, 'artifact' | 'buildId' | 'labels' | 'onEvent'>,
    work: () => Promise<T>,
  ): Promise<T> {
    try {
      return await work();
    } catch (error) {
      const { artifact, buildId, labels, onEvent } = request;
      const regions = regionsOf(deps, artifact.service);
      const name = amiName(artifact, commitOf(identityOf(labels)));
      const left = await findRemnants(aws, { regions, buildId, amiName: name, mentioned: new Set() });
      for (const text of left) onEvent({ kind: 'note', text });
      throw error;
    }
  }

  return {
    reference: ({ service, version }) => `${service.name}:${version}`,
    find: (wanted) => findAmi(deps, wanted),
    async versions(service, signal) {
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
    build: (request) => buildAmi(deps, request),
    holds: ({ imageId }) => holdsAmis(aws, imageId, patience()),
    isStaged: ({ digest }: Staged, signal) => holdsAmis(aws, digest, signal),
    stage: (request) => noting(request, () => stageAmi(aws, request)),
    publish: (request) => noting(request, () => publishAmi(deps, request)),
    discard: (_, buildId) => removeRun(containers, log, buildId),
    async leftOvers() {
      const found = await containers.list(packerLabel);
      return found.flatMap(({ name, labels }) => {
        const buildId = labels[packerLabel];
        if (buildId === undefined || name !== containerName(buildId)) return [];
        return [{ buildId, remove: () => removeRun(containers, log, buildId) }];
      });
    },
  };
}
