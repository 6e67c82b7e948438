import { gzipSync } from 'node:zlib';
import type { Registry } from './registry.ts';
import { sha256 } from './sha256.ts';

/** The end of a tar, and so a tar without files. */
const emptyTar = Buffer.alloc(1024);

/**
 * Puts an image of no use but to be pulled under a tag: a digest of its own, by the tag, so that deleting it takes
 * nothing else along.
 *
 * @returns its digest
 */
export async function putProbe(
  registry: Registry,
  { name, tag, signal }: { readonly name: string; readonly tag: string; readonly signal: AbortSignal },
): Promise<string> {
  const layer = gzipSync(emptyTar);
  const config = Buffer.from(
    JSON.stringify({
      architecture: 'amd64',
      os: 'linux',
      config: { Labels: { 'dev.slipway.probe': tag } },
      rootfs: { type: 'layers', diff_ids: [sha256(emptyTar)] },
    }),
  );
  const part = async (mediaType: string, bytes: Buffer) => ({
    mediaType,
    size: bytes.length,
    digest: await registry.putBlob(name, bytes, signal),
  });
  const mediaType = 'application/vnd.docker.distribution.manifest.v2+json';
  const manifest = {
    schemaVersion: 2,
    mediaType,
    config: await part('application/vnd.docker.container.image.v1+json', config),
    layers: [await part('application/vnd.docker.image.rootfs.diff.tar.gzip', layer)],
  };
  const bytes = Buffer.from(JSON.stringify(manifest));
  return await registry.putManifest(name, tag, { digest: sha256(bytes), mediaType, bytes }, signal);
}
