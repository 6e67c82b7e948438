import { SlipwayError } from '../errors.ts';
import { buildLabel } from '../identity.ts';
import type { Log } from '../log.ts';
import { readImage } from './read-image.ts';
import type { Registry } from './registry.ts';

/**
 * Takes a tag out of staging whose build has ended. Only an image that carries this build's id as a label: a delete takes
 * every tag of the digest (docs/decisions/0004-emptying-staging.md).
 *
 * @param name of the staging repository, without the prefix
 * @returns whether it is gone
 * @throws {SlipwayError} what the registry's verbs throw
 */
export async function removeLeftStaged(
  registry: Registry,
  { name, tag, signal, log }: { name: string; tag: string; signal: AbortSignal; log: Log },
): Promise<boolean> {
  const manifest = await registry.manifest(name, tag, signal);
  if (manifest === undefined) return true;
  const { labels } = await readImage(registry, name, manifest, signal).catch((error: unknown) => {
    if (error instanceof SlipwayError && !error.transient) return { labels: {} as Record<string, string> };
    throw error;
  });
  if (labels[buildLabel] !== tag) return false;
  const deleted = await registry.deleteManifest(name, manifest.digest, signal);
  if (!deleted) log.debug({ tag }, 'the registry does not delete: a tag stays in staging');
  return deleted;
}
