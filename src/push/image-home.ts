import type { Staged } from '../build-terms.ts';
import type { Log } from '../log.ts';
import { findPublished } from './find-published.ts';
import { listVersions } from './list-versions.ts';
import { moveAlias } from './move-alias.ts';
import { publishVersion, type VersionToPublish } from './publish-version.ts';
import type { Registry } from './registry.ts';

/** A registry as artifacts of type `docker` see it: who has a version, and how a staged image becomes one. */
export function imageHome({ registry, staging, log }: { registry: Registry; staging: string; log: Log }) {
  const { host, prefix, credentials } = registry;
  return {
    host,
    credentials,
    staging,
    repository: (name: string) => prefix + name,
    reference: (name: string, version: string) => registry.reference(name, version),
    async find(name: string, version: string, signal: AbortSignal) {
      const found = await findPublished(registry, { name, version, signal });
      if (found === undefined) return undefined;
      const { digest, size, identity, labels } = found;
      return { digest, size, identity, sourceUrl: labels['org.opencontainers.image.source'] ?? '' };
    },
    versions: (name: string, signal: AbortSignal) => listVersions(registry, name, signal),
    isStaged: async ({ digest }: Staged, signal: AbortSignal) =>
      (await registry.digest(staging, digest, signal)) !== undefined,
    alias: (alias: Parameters<typeof moveAlias>[1]) => moveAlias(registry, alias),
    publish: (version: Omit<VersionToPublish, 'log'>) => publishVersion(registry, { ...version, log }),
  };
}
