import type { Log } from '../log.ts';
import type { LogChunk, Store } from '../store/store.ts';

/** Chunks of at most 64 KiB that are held for a reader. */
const atOnce = 8;

/**
 * The whole log as a stream, chunk by chunk: it is never one string, and the store is asked for more only when the
 * reader has taken what there was.
 *
 * @param breakOff ends the connection, so that nobody takes what came for the whole
 * @throws {SlipwayError} `store-failed` when not even its beginning can be read
 */
export async function streamLog(
  store: Pick<Store, 'readLog'>,
  buildId: string,
  { log, breakOff }: { readonly log: Log; readonly breakOff: () => void },
): Promise<ReadableStream<Uint8Array>> {
  const encoder = new TextEncoder();
  let chunks: LogChunk[] = [...(await store.readLog(buildId, undefined, atOnce))];
  let seq: number | undefined;
  return new ReadableStream(
    {
      async pull(controller) {
        try {
          if (chunks.length === 0 && seq !== undefined) chunks = [...(await store.readLog(buildId, seq, atOnce))];
        } catch (error) {
          log.error({ err: error, build: buildId }, 'the log could not be read to its end');
          breakOff();
          controller.close();
          return;
        }
        const chunk = chunks.shift();
        if (chunk === undefined) {
          controller.close();
          return;
        }
        seq = chunk.seq;
        controller.enqueue(encoder.encode(chunk.text));
      },
    },
    { highWaterMark: 0 },
  );
}
