import { timingSafeEqual } from 'node:crypto';
import { sha256Of } from './seal.ts';

/** Whether two texts are the same; how long it takes says nothing of either, not even its length. */
export const sameText = (one: string, other: string): boolean =>
  timingSafeEqual(Buffer.from(sha256Of(one)), Buffer.from(sha256Of(other)));
