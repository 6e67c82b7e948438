import { SlipwayError } from '../errors.ts';
import { inParallel } from './in-parallel.ts';
import { parseManifest } from './parse-manifest.ts';
import type { Manifest, Registry } from './registry.ts';

const mountsAtOnce = 6;

/**
 * Makes everything that a manifest names known in another repository of the same registry, without carrying it: blobs
 * are mounted, the manifests of an index are put under their digests. Nothing gets a tag. It can be repeated.
 *
 * @returns false when the registry cannot mount
 */
export async function copyContents(
  registry: Registry,
  copy: { readonly from: string; readonly name: string; readonly manifest: Manifest; readonly signal: AbortSignal },
): Promise<boolean> {
  const { from, name, manifest, signal } = copy;
  const contents = parseManifest(manifest);
  if (contents.kind === 'image') {
    const blobs = new Set([contents.config, ...contents.layers].map(({ digest }) => digest));
    let mounted = true;
    await inParallel(blobs, mountsAtOnce, async (digest) => {
      if (!(await registry.mountBlob(name, from, digest, signal))) mounted = false;
    });
    return mounted;
  }
  for (const digest of contents.manifests) {
    const part = await registry.manifest(from, digest, signal);
    if (part === undefined) {
      const message = `The index ${manifest.digest} names a manifest ${digest} that ${from} does not have.`;
      throw new SlipwayError('registry-failed', message);
    }
    if (!(await copyContents(registry, { from, name, manifest: part, signal }))) return false;
    await registry.putManifest(name, digest, part, signal);
  }
  return true;
}
