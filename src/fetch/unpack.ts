import { isMarkedAsUntransferable } from 'node:worker_threads';
import { createGunzip, type Gunzip } from 'node:zlib';

/** Bytes: large enough that the hand-over between threads does not count. */
const chunkSize = 2 ** 17;

/** Writes packed bytes; when it has resolved they may be overwritten. Rejects when nobody unpacks any more. */
export type Write = (chunk: Buffer) => Promise<void>;

/**
 * Unpacks gzip while `feed` brings it. A chunk is good until the next one is asked for: its memory is given back then,
 * because the garbage collector would let tens of megabytes pile up first.
 *
 * Letting go early, and the signal, abort `feed`'s signal and wait for its end. Throws what zlib or `feed` throws.
 */
export async function* unpack(
  feed: (write: Write, signal: AbortSignal) => Promise<void>,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  const gunzip = createGunzip({ chunkSize });
  const closing = new AbortController();
  const stop = (): void => {
    gunzip.destroy(new Error('stopped', { cause: signal.reason }));
  };
  gunzip.once('close', () => closing.abort());
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  const feeding = feed((chunk) => writeTo(gunzip, chunk), closing.signal).then(
    () => gunzip.end(),
    (error: Error) => gunzip.destroy(error),
  );
  try {
    for await (const chunk of gunzip) {
      yield chunk;
      giveBack(chunk);
    }
  } finally {
    signal.removeEventListener('abort', stop);
    gunzip.destroy();
    await feeding;
  }
}

async function writeTo(gunzip: Gunzip, chunk: Buffer): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const closed = (): void => reject(new Error('closed while it was fed'));
  // zlib forgets the callback of a write that waits for a reader when it is destroyed.
  gunzip.once('close', closed);
  gunzip.write(chunk, (error) => (error ? reject(error) : resolve()));
  if (gunzip.closed) closed();
  try {
    await promise;
  } finally {
    gunzip.off('close', closed);
  }
}

/** zlib goes on writing behind a chunk that does not reach the end of its memory. */
function giveBack({ buffer, byteOffset, length }: Buffer): void {
  const isLast = byteOffset + length === chunkSize && buffer.byteLength === chunkSize;
  if (isLast && buffer instanceof ArrayBuffer && !isMarkedAsUntransferable(buffer)) buffer.transfer(0);
}
