import { probeRegistry } from '../../push/probe-registry.ts';
import type { Registry } from '../../push/registry.ts';
import { type Check, ok, warning } from './check.ts';

/** @param open runs work with a client, which is closed after it */
export const checkRegistryPush = (
  open: <T>(work: (registry: Registry) => Promise<T>) => Promise<T>,
  staging: string,
): Check => ({
  name: 'registry push',
  after: 'registry credentials',
  run: (signal) =>
    open(async (registry) => {
      const { mounts, deletes } = await probeRegistry(registry, staging, signal);
      if (!deletes) {
        return warning(
          `a probe was pushed to ${staging}, and may not be deleted: the tags of staging stay`,
          'Let the registry delete (`storage.delete.enabled` of registry:2), and the account too.',
        );
      }
      if (!mounts) {
        return warning(
          'a probe was pushed and deleted, and could not be mounted in another repository',
          'Nothing is wrong: each version is pushed a second time, which takes longer.',
        );
      }
      return ok('a probe was pushed to staging, mounted and deleted');
    }),
});
