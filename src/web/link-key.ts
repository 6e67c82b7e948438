import { randomBytes } from 'node:crypto';
import type { Store } from '../store/store.ts';

/** The key that signs cookies, and what forms carry back. */
export function cookieKey(store: Pick<Store, 'recallOr'>): Promise<string> {
  return store.recallOr('cookie-key', () => randomBytes(32).toString('base64url'));
}

/** The key that signs links: random, made at first start, kept in the store. */
export function linkKey(store: Pick<Store, 'recallOr'>): Promise<string> {
  return store.recallOr('link-key', () => randomBytes(32).toString('base64url'));
}
