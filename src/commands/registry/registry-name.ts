import { createHash } from 'node:crypto';

/** What a registry is called outside of its folder: several on one machine differ, and none takes another one's for its own. */
export const registryName = (folder: string): string =>
  `slipway-registry-${createHash('sha256').update(folder).digest('hex').slice(0, 8)}`;
