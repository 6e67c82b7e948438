import type { Staged } from '../build-terms.ts';
import { SlipwayError } from '../errors.ts';
import type { Manifest, Registry } from './registry.ts';
import { checkDigest } from './sha256.ts';

/**
 * The manifest that the engine says it pushed, as the registry serves it.
 *
 * @throws {SlipwayError} `digest-mismatch` when the registry has another one under the tag; `registry-failed`
 * (transient: the push can be repeated) when it has none
 */
export async function readStaged(
  registry: Registry,
  from: string,
  staged: Staged,
  signal: AbortSignal,
): Promise<Manifest> {
  const manifest = await registry.manifest(from, staged.digest, signal);
  if (manifest !== undefined) return manifest;
  const underTag = await registry.digest(from, staged.tag, signal);
  if (underTag !== undefined) checkDigest(underTag, staged.digest, `the staged image ${from}:${staged.tag}`);
  throw new SlipwayError(
    'registry-failed',
    `Expected the staged image ${from}:${staged.tag} in the registry, found nothing.`,
    { help: 'The image has to be pushed again: rebuild.', transient: true },
  );
}
