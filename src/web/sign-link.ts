import type { Build } from '../build-terms.ts';
import { linkSignature } from './link-signature.ts';

const lifetimeMs = 30 * 86_400_000;

/**
 * Path of a build's page, with a key in it that opens the build to whoever has the link, for 30 days from when the build
 * was made: the same link each time, so that a text with it is not written again.
 *
 * @param key from `linkKey`
 */
export function signLink(key: string, { id, createdAt }: Pick<Build, 'id' | 'createdAt'>): string {
  const expires = String(Math.floor((createdAt.getTime() + lifetimeMs) / 1000));
  const signature = linkSignature(key, id, expires).toString('base64url');
  return `/builds/${encodeURIComponent(id)}?key=${expires}.${signature}`;
}
