import { timingSafeEqual } from 'node:crypto';
import { linkSignature } from './link-signature.ts';

/** Whether the `key` of a link opens this build now. Takes the same time for every wrong key. */
export function verifyLink(key: string, buildId: string, given: string | undefined, now = Date.now()): boolean {
  const [, expires = '0', signature = ''] = /^(\d{1,12})\.([\w-]{43})$/.exec(given ?? '') ?? [];
  // Compared as text: several texts decode to the same bytes, and only one of them is the link that we wrote.
  const expected = Buffer.from(linkSignature(key, buildId, expires).toString('base64url'));
  const found = Buffer.from(signature);
  const same = timingSafeEqual(expected, found.length === expected.length ? found : Buffer.alloc(expected.length));
  return same && Number(expires) * 1000 > now;
}
