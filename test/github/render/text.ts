/** A time as GitHub writes it: whole seconds, UTC. */
export const timestamp = (date: Date): string => date.toISOString().replace(/\.\d{3}Z$/, 'Z');

export const timestampOrNull = (date: Date | null): string | null => (date === null ? null : timestamp(date));

/** GitHub's opaque ids; nobody may read anything out of them. */
export const nodeId = (kind: string, id: number | string): string =>
  `${kind}_${Buffer.from(`${kind}:${id}`).toString('base64url')}`;

/** A path in an address: slashes stay, everything else is escaped. */
export const encodePath = (path: string): string => path.split('/').map(encodeURIComponent).join('/');
