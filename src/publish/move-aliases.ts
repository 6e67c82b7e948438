import type { ArtifactBuilder } from '../build/artifact-type.ts';
import type { Identity } from '../build-terms.ts';
import { SlipwayError } from '../errors.ts';
import type { Log } from '../log.ts';
import { planAliases } from '../plan/plan-aliases.ts';
import type { Artifact } from '../terms.ts';

/** Milliseconds for one tag. */
const patience = 60_000;

/**
 * Moves the aliases of a version that has just been published. The version stands whatever happens here.
 *
 * @returns what the reader should know of it: sentences for people
 */
export async function moveAliases(
  type: Pick<ArtifactBuilder, 'alias'>,
  { artifact, digest, identity, log }: { artifact: Artifact; digest: string; identity: Identity; log: Log },
): Promise<readonly string[]> {
  const { service, version } = artifact;
  const { repositoryId } = identity;
  if (type.alias === undefined || repositoryId === undefined) return [];
  const notes: string[] = [];
  const moved: string[] = [];
  for (const tag of planAliases(version, service.tags ?? [], []).moves) {
    try {
      const answer = await type.alias({ artifact, tag, digest, repositoryId, signal: AbortSignal.timeout(patience) });
      if (answer.kind === 'newer') notes.push(`The tag \`${tag}\` stays at ${answer.at}, which is newer.`);
      else if (answer.kind === 'foreign') {
        notes.push(`The tag \`${tag}\` is left alone: it is on an image that is not this repository’s.`);
      } else moved.push(`\`${tag}\``);
    } catch (error) {
      log.warn({ err: error, tag }, 'an alias could not be moved');
      const reason = error instanceof SlipwayError ? error.message : 'the log of Slipway has the reason.';
      notes.push(`The tag \`${tag}\` could not be moved: ${reason}`);
    }
  }
  if (moved.length === 0) return notes;
  return [
    `The ${moved.length === 1 ? 'tag' : 'tags'} ${moved.join(', ')} ${moved.length === 1 ? 'is' : 'are'} on it.`,
    ...notes,
  ];
}
