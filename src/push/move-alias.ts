import semver from 'semver';
import { identityOf } from '../identity.ts';
import { readImage } from './read-image.ts';
import type { Registry } from './registry.ts';

export type AliasMove =
  | { readonly kind: 'moved' | 'there' }
  /** A newer version has it. */
  | { readonly kind: 'newer'; readonly at: string }
  /** It is no image of this repository's, or says no version. */
  | { readonly kind: 'foreign' };

/**
 * Points a tag such as `1.4` or `latest` to a published version: forward only, by the version label of what it points to,
 * and only where that is the same repository's.
 *
 * @throws {SlipwayError} as the registry's verbs
 */
export async function moveAlias(
  registry: Registry,
  options: {
    readonly name: string;
    readonly tag: string;
    readonly version: string;
    /** Of the published version. */
    readonly digest: string;
    readonly repositoryId: number;
    readonly signal: AbortSignal;
  },
): Promise<AliasMove> {
  const { name, tag, version, digest, repositoryId, signal } = options;
  const found = await registry.manifest(name, tag, signal);
  if (found?.digest === digest) return { kind: 'there' };
  if (found !== undefined) {
    const { labels } = await readImage(registry, name, found, signal);
    const at = semver.valid(labels['org.opencontainers.image.version'] ?? null);
    if (at === null || identityOf(labels).repositoryId !== repositoryId) return { kind: 'foreign' };
    if (semver.gt(at, version)) return { kind: 'newer', at };
  }
  const manifest = await registry.manifest(name, digest, signal);
  if (manifest === undefined) return { kind: 'foreign' };
  await registry.putManifest(name, tag, manifest, signal);
  return { kind: 'moved' };
}
