import { linkSignature } from './link-signature.ts';

const lifetimeMs = 30 * 86_400_000;

/**
 * Path of a build's page, with a key in it that opens the build for 30 days to whoever has the link.
 *
 * @param key from `linkKey`
 */
export function signLink(key: string, buildId: string, now = Date.now()): string {
  const expires = String(Math.floor((now + lifetimeMs) / 1000));
  const signature = linkSignature(key, buildId, expires).toString('base64url');
  return `/builds/${encodeURIComponent(buildId)}?key=${expires}.${signature}`;
}
