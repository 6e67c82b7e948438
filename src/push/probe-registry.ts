import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { SlipwayError } from '../errors.ts';
import type { Manifest, Registry } from './registry.ts';
import { checkDigest, sha256 } from './sha256.ts';

/** What a registry does with an image that is no service's. */
export type Probed = {
  readonly mounts: boolean;
  readonly deletes: boolean;
};

/** Names that begin so are never a service's; one tag, so that a registry that does not delete keeps one. */
const probeName = 'slipway-doctor';
const tag = 'doctor';

const types = {
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
} as const;

/** An image of one empty layer. Its digest is its own: a delete takes every tag of a digest. */
function makeProbe() {
  const tar = Buffer.alloc(1024);
  const layer = gzipSync(tar);
  const config = Buffer.from(
    JSON.stringify({
      architecture: 'amd64',
      os: 'linux',
      config: { Labels: { 'dev.slipway.probe': randomUUID() } },
      rootfs: { type: 'layers', diff_ids: [sha256(tar)] },
    }),
  );
  const describe = (mediaType: string, bytes: Uint8Array) => ({ mediaType, digest: sha256(bytes), size: bytes.length });
  const bytes = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: types.manifest,
      config: describe(types.config, config),
      layers: [describe(types.layer, layer)],
    }),
  );
  const manifest: Manifest = { digest: sha256(bytes), mediaType: types.manifest, bytes };
  return { config, layer, manifest };
}

/** Whether it is gone; an account that may not delete leaves it as a registry that does not. */
async function remove(registry: Registry, staging: string, digest: string, signal: AbortSignal): Promise<boolean> {
  try {
    return await registry.deleteManifest(staging, digest, signal);
  } catch (error) {
    if (error instanceof SlipwayError && error.code === 'registry-refused') return false;
    throw error;
  }
}

/**
 * Does to a registry what a publication does, with an image of some hundred bytes: pushes it to staging, mounts it in another
 * repository (`slipway-doctor`, which gets no tag) and takes it out of staging again.
 *
 * @param staging name of the staging repository, without the prefix
 * @throws {SlipwayError} as the registry's verbs; `digest-mismatch`
 */
export async function probeRegistry(registry: Registry, staging: string, signal: AbortSignal): Promise<Probed> {
  const { config, layer, manifest } = makeProbe();
  const blobs = [await registry.uploadBlob(staging, config, signal), await registry.uploadBlob(staging, layer, signal)];
  await registry.putManifest(staging, tag, manifest, signal);
  let mounts = true;
  try {
    const found = await registry.digest(staging, manifest.digest, signal);
    checkDigest(found ?? 'nothing', manifest.digest, `the probe in ${staging}`);
    for (const blob of blobs) mounts = (await registry.mountBlob(probeName, staging, blob, signal)) && mounts;
  } catch (error) {
    // What failed is told, and not what the tidying says.
    await remove(registry, staging, manifest.digest, signal).catch(() => undefined);
    throw error;
  }
  return { mounts, deletes: await remove(registry, staging, manifest.digest, signal) };
}
