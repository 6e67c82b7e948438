import { SlipwayError } from '../errors.ts';
import { putProbe } from './put-probe.ts';
import type { Registry } from './registry.ts';
import { removeManifest } from './remove-manifest.ts';
import { checkDigest } from './sha256.ts';

/** What a registry does with an image that is no service's. */
export type Probed = {
  readonly mounts: boolean;
  readonly deletes: boolean;
};

/** Names that begin so are never a service's. */
const probeName = 'slipway-doctor';

/** Whether it is gone; an account that may not delete leaves it as a registry that does not. */
async function remove(registry: Registry, staging: string, digest: string, signal: AbortSignal): Promise<boolean> {
  try {
    return await removeManifest(registry, staging, digest, signal);
  } catch (error) {
    if (error instanceof SlipwayError && error.code === 'registry-refused') return false;
    throw error;
  }
}

/**
 * Does to a registry what a publication does, with an image of some hundred bytes: pushes it to staging, mounts it in another
 * repository (`slipway-doctor`) and takes it out of staging again. It gets no tag: two probes under one would meet, and a
 * registry that does not delete would keep it.
 *
 * @param staging name of the staging repository, without the prefix
 * @throws {SlipwayError} as the registry's verbs; `digest-mismatch`
 */
export async function probeRegistry(registry: Registry, staging: string, signal: AbortSignal): Promise<Probed> {
  const { digest, blobs } = await putProbe(registry, { name: staging, signal });
  let mounts = true;
  try {
    const found = await registry.digest(staging, digest, signal);
    checkDigest(found ?? 'nothing', digest, `the probe in ${staging}`);
    for (const blob of blobs) mounts = (await registry.mountBlob(probeName, staging, blob, signal)) && mounts;
  } catch (error) {
    // What failed is told, and not what the tidying says.
    await remove(registry, staging, digest, signal).catch(() => undefined);
    throw error;
  }
  return { mounts, deletes: await remove(registry, staging, digest, signal) };
}
