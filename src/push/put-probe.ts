import { randomUUID } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import type { Registry } from './registry.ts';
import { sha256 } from './sha256.ts';

export type Probe = {
  readonly digest: string;
  /** Digests of its config and its layer. */
  readonly blobs: readonly string[];
};

/**
 * Puts an image of some hundred bytes, of no use but to be looked at and pulled. Nothing of it is a part of any other image:
 * to delete it takes nothing else along, and docker-registry 2.8 refuses the manifest of who pushes a blob that somebody
 * else pushes at the same time.
 *
 * @param tag absent: it gets none, and is known by its digest alone
 * @throws {SlipwayError} as the registry's verbs
 */
export async function putProbe(
  registry: Registry,
  { name, tag, signal }: { readonly name: string; readonly tag?: string; readonly signal: AbortSignal },
): Promise<Probe> {
  const archive = pack();
  archive.entry({ name: 'probe' }, randomUUID());
  archive.finalize();
  const tar = await buffer(archive);
  const config = Buffer.from(
    JSON.stringify({ architecture: 'amd64', os: 'linux', rootfs: { type: 'layers', diff_ids: [sha256(tar)] } }),
  );
  const part = async (mediaType: string, bytes: Buffer) => ({
    mediaType,
    size: bytes.length,
    digest: await registry.uploadBlob(name, bytes, signal),
  });
  const mediaType = 'application/vnd.docker.distribution.manifest.v2+json';
  const manifest = {
    schemaVersion: 2,
    mediaType,
    config: await part('application/vnd.docker.container.image.v1+json', config),
    layers: [await part('application/vnd.docker.image.rootfs.diff.tar.gzip', gzipSync(tar))],
  };
  const bytes = Buffer.from(JSON.stringify(manifest));
  const digest = sha256(bytes);
  await registry.putManifest(name, tag ?? digest, { digest, mediaType, bytes }, signal);
  return { digest, blobs: [manifest.config, ...manifest.layers].map((blob) => blob.digest) };
}
