import { createHmac, type KeyObject } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { type Answer, answers } from './answers.ts';
import type { Limits } from './limits.ts';

export type Body =
  | { readonly kind: 'whole'; readonly bytes: Buffer; readonly digest: Buffer }
  | { readonly kind: 'refused'; readonly answer: Answer }
  /** The sender hung up. */
  | { readonly kind: 'gone' };

/** How many large bodies are held at this moment. */
export type LargeBodies = { held: number };

/**
 * Reads a body within the limits and takes its HMAC-SHA-256 as it arrives, so that a large one never holds the event
 * loop for longer than one chunk. Settles once, whatever the connection does, and never rejects.
 */
export function readBody(req: IncomingMessage, key: KeyObject, limits: Limits, large: LargeBodies): Promise<Body> {
  return new Promise((resolve) => {
    const hmac = createHmac('sha256', key);
    const chunks: Buffer[] = [];
    let size = 0;
    let isLarge = false;

    const settle = (body: Body) => {
      clearTimeout(stall);
      clearTimeout(total);
      req.off('data', onData).off('end', onEnd).off('close', onGone).off('error', onGone);
      // A broken connection may still say so later; an error without a listener would end the process.
      req.on('error', () => undefined);
      if (isLarge) large.held -= 1;
      resolve(body);
    };
    const onData = (chunk: Buffer) => {
      size += chunk.length;
      if (size > limits.bodyBytes) return settle({ kind: 'refused', answer: answers.tooLarge });
      if (!isLarge && size > limits.largeBytes) {
        if (large.held >= limits.largeAtOnce) return settle({ kind: 'refused', answer: answers.tooManyLarge });
        isLarge = true;
        large.held += 1;
      }
      stall.refresh();
      hmac.update(chunk);
      chunks.push(chunk);
    };
    const onEnd = () => {
      const [first] = chunks;
      const bytes = chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks, size);
      settle({ kind: 'whole', bytes, digest: hmac.digest() });
    };
    const onGone = () => settle({ kind: 'gone' });
    const onLate = () => settle({ kind: 'refused', answer: answers.tooSlow });
    const stall = setTimeout(onLate, limits.stallMs);
    const total = setTimeout(onLate, limits.bodyMs);
    req.on('data', onData).once('end', onEnd).once('close', onGone).once('error', onGone);
  });
}
