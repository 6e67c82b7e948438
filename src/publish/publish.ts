import type { Built } from '../build/artifact-type.ts';
import type { Source } from '../fetch/source.ts';
import { identityLabels, sameIdentity } from '../identity.ts';
import { findPublished } from '../push/find-published.ts';
import { publishVersion } from '../push/publish-version.ts';
import type { Artifact, Identity, Staged } from '../terms.ts';
import { builderOf } from './builder-of.ts';
import type { Journal } from './journal.ts';
import { readBuildSource } from './read-build-source.ts';
import { refuseTaken } from './refuse-taken.ts';
import type { Tools } from './tools.ts';

/** The repository in the registry that every build is pushed to first. */
export const stagingName = 'slipway-staging';

/** One artifact to publish, and where its parts come from. */
export type Publication = {
  readonly buildId: string;
  readonly artifact: Artifact;
  /** Whose the version will be. */
  readonly identity: Identity;
  /** Address of the repository for people, kept on the image; empty for a folder. */
  readonly sourceUrl: string;
  /** Labels that yield to the Dockerfile's own. */
  readonly defaultLabels: Readonly<Record<string, string>>;
  readonly noCache: boolean;
  /** The files at the merge commit; asked for only when something has to be built. */
  source(): Promise<Source>;
  /** What an earlier try left on the engine. */
  readonly built: Built | undefined;
  /** What an earlier try left in staging. */
  readonly staged: Staged | undefined;
};

export type Published = {
  readonly reference: string;
  readonly digest: string;
  readonly size: number;
  /** False when the registry had this very version already, and nothing was built. */
  readonly isNew: boolean;
};

/**
 * The way of an artifact, in order: is the version free? - fetch - build - stage - publish.
 * Every step is told to the journal, so that after a crash the next try goes on where this one stopped.
 *
 * @throws {SlipwayError} with the fault and what to do next; the version is then as it was before
 */
export async function publish(
  tools: Tools,
  publication: Publication,
  journal: Journal,
  signal: AbortSignal,
): Promise<Published> {
  const { registry } = tools;
  const { artifact, identity } = publication;
  const { name } = artifact.service;
  const builder = builderOf(tools, artifact.service.type);
  const reference = registry.reference(name, artifact.version);

  const existing = await findPublished(registry, { name, version: artifact.version, signal });
  if (existing !== undefined && sameIdentity(existing.identity, identity)) {
    return { reference, digest: existing.digest, size: existing.size, isNew: false };
  }
  if (existing !== undefined) await refuseTaken(registry, artifact, existing, signal);

  const build = async (): Promise<Built> => {
    const source = await journal.phase('fetch', () => publication.source());
    const built = await journal.phase('build', async () =>
      builder.build({
        buildId: publication.buildId,
        artifact,
        source: await readBuildSource(source, artifact.service),
        labels: identityLabels({
          identity,
          buildId: publication.buildId,
          version: artifact.version,
          sourceUrl: publication.sourceUrl,
        }),
        defaultLabels: publication.defaultLabels,
        noCache: publication.noCache,
        signal,
        onEvent: journal.event,
      }),
    );
    journal.built(built);
    return built;
  };

  const push = (built: Built, repository: string, tag: string) =>
    builder.stage({
      built,
      registryHost: registry.host,
      repository: registry.prefix + repository,
      tag,
      credentials: registry.credentials,
      signal,
      onEvent: journal.event,
    });

  const stage = async (built: Built): Promise<Staged> => {
    const staged = await push(built, stagingName, publication.buildId);
    await journal.staged(staged);
    return staged;
  };

  const earlier = publication.staged;
  const inStaging = earlier !== undefined && (await registry.digest(stagingName, earlier.digest, signal)) !== undefined;
  const image = earlier ?? publication.built;
  const built = image !== undefined && (inStaging || (await builder.holds(image))) ? image : await build();

  return await journal.phase('push', async () => {
    const staged = inStaging && earlier !== undefined ? earlier : await stage(built);
    const { digest, size } = await publishVersion(registry, {
      name,
      version: artifact.version,
      staged,
      mayPublish: () => journal.beginPublication(),
      fallbackPush: async () => void (await push(built, name, artifact.version)),
      signal,
      log: tools.log,
    });
    return { reference, digest, size, isNew: true };
  });
}
