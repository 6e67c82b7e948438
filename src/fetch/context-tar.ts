import { Readable } from 'node:stream';
import { cancelled } from './cancelled.ts';
import { encodeTarHeader } from './encode-tar-header.ts';
import type { Tree } from './entry.ts';
import { prepareContext } from './prepare-context.ts';
import { spareMemory } from './spare-memory.ts';
import { padding, tarEnd } from './tar-padding.ts';
import { visitContext } from './visit-context.ts';

/** Bytes that wait for a reader that is slower than we are. */
const ahead = 2 ** 17;

/**
 * The build context of a folder of a tree as an uncompressed tar. It reads as fast as it is read, holds one chunk of the
 * source, and nothing is open before the first byte is asked for or after the stream is closed.
 *
 * The stream's errors are `SlipwayError`s: those of `prepareContext`, `source-hostile`, `source-truncated`, `cancelled`.
 */
export function contextTar(tree: Tree, options: { path: string; dockerfile?: string; signal: AbortSignal }): Readable {
  const { signal } = options;
  const stream = Readable.from(tarChunks(tree, options), { objectMode: false, highWaterMark: ahead });
  const stop = (): void => {
    stream.destroy(cancelled('making the build context', signal.reason));
  };
  if (signal.aborted) process.nextTick(stop);
  signal.addEventListener('abort', stop, { once: true });
  stream.once('close', () => signal.removeEventListener('abort', stop));
  return stream;
}

async function* tarChunks(
  tree: Tree,
  options: { path: string; dockerfile?: string; signal: AbortSignal },
): AsyncGenerator<Buffer> {
  const spare = spareMemory();
  let chunks: Buffer[] = [];
  let left = 0;
  let size = 0;
  const visitor = visitContext(await prepareContext(tree, options), {
    begin(entry) {
      chunks.push(encodeTarHeader(entry));
      size = entry.size;
      left = size;
    },
    data(chunk) {
      chunks.push(chunk);
      left -= chunk.length;
      if (left === 0) chunks.push(padding(size));
    },
  });
  for await (const _ of tree.walk(visitor, options.signal)) {
    if (chunks.length === 0) continue;
    // One piece, and a copy: a chunk is good for this step only, and thousands of small pieces cost a reader more.
    const piece = Buffer.concat(chunks);
    chunks = [];
    spare(piece.length);
    yield piece;
  }
  yield Buffer.concat([...chunks, tarEnd]);
}
