import { identityOf } from '../identity.ts';
import { readImage } from './read-image.ts';
import type { PublishedVersion, Registry } from './registry.ts';

/**
 * Who stands behind `name:version` in the registry; undefined when the version is free.
 *
 * @throws {SlipwayError} as the registry's verbs
 */
export async function findPublished(
  registry: Registry,
  options: { readonly name: string; readonly version: string; readonly signal: AbortSignal },
): Promise<PublishedVersion | undefined> {
  const { name, version, signal } = options;
  const manifest = await registry.manifest(name, version, signal);
  if (manifest === undefined) return undefined;
  const { size, labels } = await readImage(registry, name, manifest, signal);
  return { digest: manifest.digest, size, identity: identityOf(labels), labels };
}
