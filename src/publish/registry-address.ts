import type { Registry } from '../push/registry.ts';

/** What stands before every service name: `registry.lan:5000`, `registry.lan:5000/team`. */
export const registryAddress = ({ host, prefix }: Pick<Registry, 'host' | 'prefix'>): string =>
  `${host}/${prefix}`.replace(/\/$/, '');
