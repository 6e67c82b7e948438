import type { RegistryDoor } from '../../push/inspect-registry.ts';
import { type Check, ok } from './check.ts';

export const checkRegistry = (look: (signal: AbortSignal) => Promise<RegistryDoor>): Check => ({
  name: 'registry',
  run: async (signal) => ok(`${(await look(signal)).origin} answers`),
});
