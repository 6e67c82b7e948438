import { createHash } from 'node:crypto';
import type { Staged } from '../../build-terms.ts';
import type { Artifact } from '../../terms.ts';
import type { AliasAnswer, AliasRequest, ArtifactBuilder, Built, Existing, PublishRequest } from '../artifact-type.ts';
import type { ImageBuilder, StageRequest } from './image-builder.ts';
import { readImageSource } from './read-image-source.ts';
import { readRecipe } from './read-recipe.ts';

/** Where images are published; names are without the registry's prefix. */
export type ImageHome = {
  /** host[:port], without prefix. */
  readonly host: string;
  readonly credentials: StageRequest['credentials'];
  /** The name of a repository with the prefix. */
  repository(name: string): string;
  /** Name of the repository that every build is pushed to first. */
  readonly staging: string;
  reference(name: string, version: string): string;
  find(name: string, version: string, signal: AbortSignal): Promise<Omit<Existing, 'place'> | undefined>;
  versions(name: string, signal: AbortSignal): Promise<readonly string[]>;
  isStaged(staged: Staged, signal: AbortSignal): Promise<boolean>;
  alias(
    alias: Omit<AliasRequest, 'artifact'> & { readonly name: string; readonly version: string },
  ): Promise<AliasAnswer>;
  publish(
    image: Pick<PublishRequest, 'staged' | 'mayBeThere' | 'mayPublish' | 'signal'> & {
      readonly name: string;
      readonly version: string;
      /** Pushes the same image to its version, for a registry that cannot mount blobs. */
      fallbackPush(): Promise<void>;
    },
  ): Promise<{ readonly digest: string; readonly size: number }>;
};

/**
 * Artifacts of type `docker`: images of an engine in a registry.
 *
 * @param home throws `bad-settings` where no registry is named: whatever asks for it is refused with that
 */
export function createDockerType({ images, home }: { images: ImageBuilder; home(): ImageHome }): ArtifactBuilder {
  const push = async (
    request: Pick<StageRequest, 'signal' | 'onEvent'> & { built: Built },
    name: string,
    tag: string,
  ) => {
    const { built, signal, onEvent } = request;
    const { host: registryHost, credentials, repository } = home();
    return images.stage({ built, registryHost, repository: repository(name), tag, credentials, signal, onEvent });
  };
  return {
    reference: ({ service, version }: Artifact) => home().reference(service.name, version),
    async find({ artifact: { service, version }, signal }) {
      const existing = await home().find(service.name, version, signal);
      return existing && { ...existing, place: 'in the registry' };
    },
    versions: async ({ name }, signal) => home().versions(name, signal),
    recipe: readRecipe,
    async contentDigest(source, { path, dockerfile, build }, signal) {
      const context = await source.contextDigest({ path, dockerfile, signal });
      return createHash('sha256')
        .update(JSON.stringify([context, dockerfile, build.target ?? null, Object.entries(build.args).sort()]))
        .digest('hex');
    },
    build: async (request) =>
      images.build({ ...request, source: await readImageSource(request.source, request.artifact.service) }),
    holds: (built) => images.holds(built),
    isStaged: async (staged, signal) => home().isStaged(staged, signal),
    stage: async (request) => push(request, home().staging, request.buildId),
    async publish(request) {
      const { artifact, staged, signal, mayBeThere, mayPublish } = request;
      const { version, service } = artifact;
      const fallbackPush = async () => void (await push(request, service.name, version));
      return home().publish({ name: service.name, version, staged, signal, mayBeThere, mayPublish, fallbackPush });
    },
    alias: async ({ artifact: { service, version }, ...alias }) =>
      home().alias({ ...alias, name: service.name, version }),
    discard: (built) => images.discard(built),
    // A build of the engine ends with the connection that asked for it.
    abandon: async () => undefined,
    leftOvers: () => images.leftOvers(),
    workshop: images.workshop,
  };
}
