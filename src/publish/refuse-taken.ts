import type { ArtifactBuilder, Existing } from '../build/artifact-type.ts';
import { SlipwayError } from '../errors.ts';
import { nextFreeVersion } from '../plan/next-free-version.ts';
import type { Artifact } from '../terms.ts';

/** Who a published version says that it belongs to, in words. */
function ownerOf(published: Existing): string {
  const { commit, contentDigest } = published.identity;
  const from = published.sourceUrl === '' ? '' : ` of ${published.sourceUrl}`;
  if (commit !== undefined) return `commit ${commit.slice(0, 7)}${from}`;
  if (contentDigest !== undefined) return `a folder with content ${contentDigest.slice(0, 12)}`;
  return `an image that Slipway did not publish (${published.digest.slice(0, 19)})`;
}

/**
 * A published version that is not ours is never overwritten.
 *
 * @throws {SlipwayError} `version-taken`, always: names the owner and the next free version
 */
export async function refuseTaken(
  type: Pick<ArtifactBuilder, 'versions'>,
  artifact: Artifact,
  published: Existing,
  signal: AbortSignal,
): Promise<never> {
  const { name } = artifact.service;
  const free = nextFreeVersion(await type.versions(artifact.service, signal), artifact.version);
  throw new SlipwayError(
    'version-taken',
    `\`${name}:${artifact.version}\` is ${published.place} already, published from ${ownerOf(published)}.`,
    { help: `A version is published once. The next free one is ${free}.` },
  );
}
