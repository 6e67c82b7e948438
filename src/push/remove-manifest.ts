import { SlipwayError } from '../errors.ts';
import type { Registry } from './registry.ts';

/** One that fails every time is out of order, and says so soon enough. */
const mostTries = 3;

/**
 * Deletes a manifest, and with it **every** tag of its digest. A failure of the registry is tried again: docker-registry
 * 2.8 answers 500 to a delete while any tag of the repository is being written, by a build for example.
 *
 * @returns false where the registry does not delete
 * @throws {SlipwayError} as the registry's verbs
 */
export async function removeManifest(
  registry: Registry,
  name: string,
  digest: string,
  signal: AbortSignal,
): Promise<boolean> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await registry.deleteManifest(name, digest, signal);
    } catch (error) {
      if (!(error instanceof SlipwayError) || !error.transient || tries === mostTries) throw error;
    }
  }
}
