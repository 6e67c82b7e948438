import { z } from 'zod';
import { storable } from './storable.ts';

/** A database's `integer`; GitHub numbers pull requests of a repository from 1. */
const mostNumber = 2 ** 31 - 1;

/** What fields of payloads have to be (GitHub, "Webhook events and payloads"), so that the store can hold what is read. */
export const payloadFields = {
  id: z.int().positive(),
  number: z.int().positive().max(mostNumber),
  name: z.string().min(1).transform(storable),
  text: z.string().transform(storable),
  /** SHA-1, or SHA-256. */
  commit: z.string().regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/),
  time: z.iso.datetime({ offset: true }),
  /** An address that becomes a link. */
  address: z.url({ protocol: /^https?$/ }),
} as const;
