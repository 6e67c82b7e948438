import type { Account } from './send.ts';

/** The `Authorization` header of an account (RFC 7617, in UTF-8). */
export function basicAuthorization({ username, password }: Account): string {
  return `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`;
}
