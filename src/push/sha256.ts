import { createHash } from 'node:crypto';
import { SlipwayError } from '../errors.ts';

/** Digest of the OCI Image Spec: `sha256:` and 64 hexadecimal digits. */
export function sha256(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/**
 * Content is what its digest says, or it is not used.
 *
 * @throws {SlipwayError} `digest-mismatch`
 */
export function checkDigest(found: string, expected: string, what: string): void {
  if (found === expected) return;
  throw new SlipwayError('digest-mismatch', `Expected ${what} with the digest ${expected}, found ${found}.`, {
    help: 'Something between Slipway and the registry changes what it carries, or the registry’s storage is damaged.',
  });
}
