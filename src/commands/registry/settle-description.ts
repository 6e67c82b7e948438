import { randomBytes } from 'node:crypto';
import { hostname, networkInterfaces } from 'node:os';
import type { Description } from './description.ts';
import type { RegistryOptions } from './registry-options.ts';

/** The addresses under which other machines may know this one. */
function ownAddresses(): string[] {
  const all = Object.values(networkInterfaces()).flatMap((found) => found ?? []);
  const usable = all.filter(({ internal, address }) => !internal && !/^fe80:/i.test(address));
  return [...new Set(usable.map(({ address }) => address))];
}

/** What the kept description becomes by the options, and a line for each thing that is another one than before. */
export function settleDescription(
  kept: Description | undefined,
  asked: RegistryOptions,
): { readonly description: Description; readonly changes: readonly string[] } {
  const before: Description = kept ?? {
    host: hostname().toLowerCase(),
    addresses: ownAddresses(),
    port: 5000,
    user: 'slipway',
    image: 'registry:2',
    secret: randomBytes(32).toString('hex'),
  };
  const description: Description = {
    ...before,
    ...(asked.host !== undefined && { host: asked.host }),
    ...(asked.addresses !== undefined && { addresses: [...asked.addresses] }),
    ...(asked.port !== undefined && { port: asked.port }),
    ...(asked.user !== undefined && { user: asked.user }),
    ...(asked.image !== undefined && { image: asked.image }),
    ...(asked.runsAs !== undefined && { runsAs: asked.runsAs }),
  };
  if (kept === undefined) return { description, changes: [] };
  const shown = ['host', 'addresses', 'port', 'user', 'image', 'runsAs'] as const;
  const changes = shown
    .map((key) => ({ key, old: String(kept[key] ?? 'nothing'), now: String(description[key] ?? 'nothing') }))
    .filter(({ old, now }) => old !== now)
    .map(({ key, old, now }) => `${key}: ${now} (was ${old})`);
  return { description, changes };
}
