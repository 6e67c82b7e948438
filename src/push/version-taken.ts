import { SlipwayError } from '../errors.ts';
import { findPublished } from './find-published.ts';
import type { Registry } from './registry.ts';

/** The error for a version that appeared in the registry while we were about to publish it; names whose it is. */
export async function versionTaken(
  registry: Registry,
  options: { readonly name: string; readonly version: string; readonly signal: AbortSignal },
): Promise<SlipwayError> {
  const published = await findPublished(registry, options);
  const { commit, contentDigest } = published?.identity ?? {};
  const source = published?.labels['org.opencontainers.image.source'];
  const owner =
    commit !== undefined
      ? `from commit ${commit.slice(0, 7)}${source ? ` of ${source}` : ''}`
      : contentDigest !== undefined
        ? `from a folder with content ${contentDigest.slice(0, 12)}`
        : `by somebody else (${published?.digest ?? 'gone since'})`;
  return new SlipwayError(
    'version-taken',
    `\`${options.name}:${options.version}\` is in the registry already, published ${owner}.`,
    { help: 'A version is published once: choose another one.' },
  );
}
