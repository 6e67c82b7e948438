import { SlipwayError } from '../errors.ts';
import { type PrunePolicy, planPrune } from '../plan/plan-prune.ts';
import { listImages } from '../push/list-images.ts';
import type { Registry } from '../push/registry.ts';
import { removeManifest } from '../push/remove-manifest.ts';

/** What became, or on a dry run would become, of the tags of a service. */
export type PrunedService = {
  readonly service: string;
  readonly removed: readonly { readonly tag: string; readonly digest: string }[];
  readonly kept: readonly { readonly tag: string; readonly digest: string; readonly reason: string }[];
};

/**
 * Deletes what a policy does not keep of a service.
 *
 * @throws {SlipwayError} `unsupported` where the registry does not delete; as the registry's verbs
 */
export async function pruneService(
  registry: Registry,
  options: {
    readonly service: string;
    readonly policy: PrunePolicy;
    readonly dryRun: boolean;
    readonly now: Date;
    readonly signal: AbortSignal;
  },
): Promise<PrunedService> {
  const { service, policy, dryRun, now, signal } = options;
  const withTimes = policy.keepWithin !== undefined;
  const images = await listImages(registry, { name: service, withTimes, signal });
  const { tags, remove } = planPrune(images, policy, now);
  for (const digest of dryRun ? [] : remove) {
    if (!(await removeManifest(registry, service, digest, signal))) {
      throw new SlipwayError('unsupported', `The registry ${registry.host} does not delete: nothing was removed.`, {
        help: 'Allow it in the registry’s settings (docker-registry: storage.delete.enabled: true, or REGISTRY_STORAGE_DELETE_ENABLED=true), restart it, and run the command again.',
      });
    }
  }
  return {
    service,
    removed: tags.flatMap(({ tag, digest, kept }) => (kept === undefined ? [{ tag, digest }] : [])),
    kept: tags.flatMap(({ tag, digest, kept }) => (kept === undefined ? [] : [{ tag, digest, reason: kept }])),
  };
}
