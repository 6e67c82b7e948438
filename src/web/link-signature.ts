import { createHmac } from 'node:crypto';

/** The signature of a link that opens one build until a time (seconds since 1970). */
export function linkSignature(key: string, buildId: string, expires: string): Buffer {
  return createHmac('sha256', key).update(`build\n${buildId}\n${expires}`).digest();
}
