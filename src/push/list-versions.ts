import { compare, parse } from 'semver';
import type { Registry } from './registry.ts';

/**
 * The versions of a service that the registry has, in the order of SemVer 2.0.0. Other tags are left out: aliases
 * (`latest`, `1.4`), and the `sha256-<hex>.sig` by which signatures and attestations hang on an image.
 *
 * @throws {SlipwayError} as the registry's verbs
 */
export async function listVersions(registry: Registry, name: string, signal: AbortSignal): Promise<readonly string[]> {
  const tags = await registry.tags(name, signal);
  return tags.filter((tag) => parse(tag)?.version === tag).sort(compare);
}
