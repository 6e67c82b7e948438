import { createHash } from 'node:crypto';

/** git's id of a file with this text. @param like an id of the same repository: some have SHA-256 for SHA-1 */
export function gitId(text: string, like: string): string {
  const bytes = Buffer.from(text);
  return createHash(like.length === 64 ? 'sha256' : 'sha1')
    .update(`blob ${bytes.length}\0`)
    .update(bytes)
    .digest('hex');
}
