import type { Log } from '../../log.ts';
import { stagingName } from '../../publish/publish.ts';
import { clockDifference } from '../../push/clock-difference.ts';
import { inspectRegistry } from '../../push/inspect-registry.ts';
import { openRegistry } from '../../push/open-registry.ts';
import type { Registry } from '../../push/registry.ts';
import type { RegistrySettings } from '../../settings.ts';
import type { Check } from './check.ts';
import { checkRegistry } from './check-registry.ts';
import { checkRegistryAccount } from './check-registry-account.ts';
import { checkRegistryClock } from './check-registry-clock.ts';
import { checkRegistryPush } from './check-registry-push.ts';
import { checkRegistryTls } from './check-registry-tls.ts';
import { once } from './once.ts';

/** From its address to a push, each on the one before. */
export function registryChecks(read: () => RegistrySettings, log: Log): readonly Check[] {
  const look = once(async (signal: AbortSignal) => inspectRegistry(read(), { log, signal }));
  async function open<T>(work: (registry: Registry) => Promise<T>): Promise<T> {
    const registry = openRegistry({ settings: read(), log });
    try {
      return await work(registry);
    } finally {
      await registry.close();
    }
  }
  return [
    checkRegistry(look),
    checkRegistryTls(look, Date.now),
    checkRegistryAccount(open),
    checkRegistryPush(open, stagingName),
    checkRegistryClock(async (signal) => clockDifference(read(), { log, signal })),
  ];
}
