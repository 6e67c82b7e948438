import type { Built } from '../build/artifact-type.ts';
import type { Identity, Staged } from '../build-terms.ts';
import type { Source } from '../fetch/source.ts';
import { identityLabels, sameIdentity } from '../identity.ts';
import type { Artifact } from '../terms.ts';
import type { Journal } from './journal.ts';
import { moveAliases } from './move-aliases.ts';
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
  const { artifact, identity, buildId, defaultLabels } = publication;
  const type = tools.builders[artifact.service.type];
  const reference = type.reference(artifact);
  const wanted = { buildId, artifact, signal };
  const { version } = artifact;
  const labels = identityLabels({ identity, buildId, version, sourceUrl: publication.sourceUrl });
  const onEvent = journal.event;

  const existing = await type.find(wanted);
  const alias = async (digest: string): Promise<void> => {
    const notes = await moveAliases(type, { artifact, digest, identity, log: tools.log });
    for (const text of notes) onEvent({ kind: 'note', text });
  };
  if (existing !== undefined && sameIdentity(existing.identity, identity)) {
    // An earlier try may have ended between the version and its aliases.
    await alias(existing.digest);
    return { reference, digest: existing.digest, size: existing.size, isNew: false };
  }
  if (existing !== undefined) await refuseTaken(type, artifact, existing, signal);

  const build = async (): Promise<Built> => {
    const source = await journal.phase('fetch', () => publication.source());
    const { noCache } = publication;
    const built = await journal.phase('build', () =>
      type.build({ ...wanted, source, labels, defaultLabels, noCache, onEvent }),
    );
    journal.built(built);
    return built;
  };

  const earlier = publication.staged;
  const inStaging = earlier !== undefined && (await type.isStaged(earlier, signal));
  const image = earlier ?? publication.built;
  const built = image !== undefined && (inStaging || (await type.holds(image))) ? image : await build();

  return await journal.phase('push', async () => {
    const isThere = inStaging && earlier !== undefined;
    const staged = isThere ? earlier : await type.stage({ ...wanted, built, labels, defaultLabels, onEvent });
    // Kept beside the first questions to the registry, and before the point of no return.
    const kept = isThere ? Promise.resolve() : journal.staged(staged);
    kept.catch(() => undefined);
    const mayPublish = async () => {
      await kept;
      return await journal.beginPublication();
    };
    const { digest, size } = await type.publish({
      ...{ ...wanted, built, staged, labels, defaultLabels },
      mayBeThere: isThere,
      mayPublish,
      onEvent,
    });
    await kept;
    await alias(digest);
    return { reference, digest, size, isNew: true };
  });
}
