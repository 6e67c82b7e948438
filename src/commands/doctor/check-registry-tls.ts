import type { RegistryDoor } from '../../push/inspect-registry.ts';
import { type Check, fails, ok, warning } from './check.ts';

const day = 86_400_000;
/** Days before its end in which a certificate is to be renewed. */
const soon = 30;

/** @param now milliseconds */
export const checkRegistryTls = (look: (signal: AbortSignal) => Promise<RegistryDoor>, now: () => number): Check => ({
  name: 'registry TLS',
  after: 'registry',
  async run(signal) {
    const { certificate } = await look(signal);
    if (certificate === undefined) return ok('plain http, which is spoken on this machine only');
    const { endsAt, chain, problem } = certificate;
    const end = endsAt === undefined ? '' : `until ${endsAt.toISOString().slice(0, 10)}`;
    const shown = chain.length === 0 ? '' : ` (${chain.join(' < ')}, ${end})`;
    if (problem !== undefined) return fails(`${problem.found}${shown}`, problem.help);
    if (endsAt !== undefined && endsAt.getTime() - now() < soon * day) {
      return warning(`trusted, and ends soon${shown}`, 'Renew the certificate; `slipway registry up` renews its own.');
    }
    return ok(`trusted${shown}`);
  },
});
