import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { Store } from '../store/store.ts';

const nameOf = (repositoryId: number): string => `badge-token-${repositoryId}`;
const fresh = (): string => randomBytes(18).toString('base64url');

/** The token that opens the badges of a private repository, and nothing else. */
export const badgeToken = (store: Pick<Store, 'recallOr'>, repositoryId: number): Promise<string> =>
  store.recallOr(nameOf(repositoryId), fresh);

/** Gives the badges of a repository another token: addresses with the old one open nothing any more. */
export const changeBadgeToken = (store: Pick<Store, 'remember'>, repositoryId: number): Promise<void> =>
  store.remember(nameOf(repositoryId), fresh());

/** Whether a badge's address has the token. Takes the same time for every wrong one. */
export async function isBadgeToken(
  store: Pick<Store, 'recall'>,
  repositoryId: number,
  given: string | undefined,
): Promise<boolean> {
  if (given === undefined) return false;
  const expected = Buffer.from((await store.recall(nameOf(repositoryId))) ?? '');
  const found = Buffer.from(given);
  return expected.length > 0 && expected.length === found.length && timingSafeEqual(expected, found);
}
