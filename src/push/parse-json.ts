import type { z } from 'zod';
import { SlipwayError } from '../errors.ts';

/**
 * JSON of the registry in the shape that we need.
 *
 * @throws {SlipwayError} `registry-failed`
 */
export function parseJson<T extends z.ZodType>(bytes: Uint8Array, schema: T, doing: string): z.infer<T> {
  try {
    return schema.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  } catch (cause) {
    const message = `The registry’s answer makes no sense while ${doing}: expected JSON of the OCI Distribution Spec.`;
    throw new SlipwayError('registry-failed', message, { cause });
  }
}
