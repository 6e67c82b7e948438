import type { Registry } from '../../push/registry.ts';
import { type Check, ok } from './check.ts';

/** @param open runs work with a client, which is closed after it */
export const checkRegistryAccount = (open: <T>(work: (registry: Registry) => Promise<T>) => Promise<T>): Check => ({
  name: 'registry credentials',
  after: 'registry TLS',
  run: (signal) =>
    open(async (registry) => {
      await registry.ping(signal);
      return ok(
        registry.credentials === undefined
          ? 'none, and none are asked for'
          : `${registry.credentials.username} is let in`,
      );
    }),
});
