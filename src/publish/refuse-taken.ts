import { SlipwayError } from '../errors.ts';
import { nextFreeVersion } from '../plan/next-free-version.ts';
import { listVersions } from '../push/list-versions.ts';
import type { PublishedVersion, Registry } from '../push/registry.ts';
import type { Artifact } from '../terms.ts';

/** Who a published version says that it belongs to, in words. */
function ownerOf(published: PublishedVersion): string {
  const { commit, contentDigest } = published.identity;
  const source = published.labels['org.opencontainers.image.source'];
  const from = source === undefined || source === '' ? '' : ` of ${source}`;
  if (commit !== undefined) return `commit ${commit.slice(0, 7)}${from}`;
  if (contentDigest !== undefined) return `a folder with content ${contentDigest.slice(0, 12)}`;
  return `an image that Slipway did not publish (${published.digest.slice(0, 19)})`;
}

/**
 * A version in the registry that is not ours is never overwritten.
 *
 * @throws {SlipwayError} `version-taken`, always: names the owner and the next free version
 */
export async function refuseTaken(
  registry: Registry,
  artifact: Artifact,
  published: PublishedVersion,
  signal: AbortSignal,
): Promise<never> {
  const { name } = artifact.service;
  const free = nextFreeVersion(await listVersions(registry, name, signal), artifact.version);
  throw new SlipwayError(
    'version-taken',
    `\`${name}:${artifact.version}\` is in the registry already, published from ${ownerOf(published)}.`,
    { help: `A version is published once. The next free one is ${free}.` },
  );
}
