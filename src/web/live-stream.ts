import type { Log } from '../log.ts';
import type { LiveReader } from './live-builds.ts';

/** Milliseconds after which a silent stream says that it is alive: proxies cut what is silent. */
const aliveEvery = 15_000;

/**
 * A build as server-sent events (HTML Living Standard, "Server-sent events"): `log` with lines, whose id is the chunk to
 * go on behind; `state` when anything else has changed; `end` when nothing more comes. The log is read only as fast as
 * the reader takes it.
 */
export function liveStream(
  reader: LiveReader,
  { after, buildId, stopped, log }: { after: number; buildId: string; stopped: AbortSignal; log: Log },
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let seq = after;
  let mark: string | undefined;
  let left = false;
  const leave = () => {
    if (!left) reader.leave();
    left = true;
  };
  const next = async (): Promise<{ text: string; last?: boolean }> => {
    for (;;) {
      const pulse = reader.pulse();
      if (stopped.aborted || left) return { text: '', last: true };
      if (pulse !== undefined && pulse.lastSeq > seq) {
        const batch = await reader.batch(seq);
        seq = batch?.lastSeq ?? pulse.lastSeq;
        if (batch !== undefined) return { text: `id: ${seq}\nevent: log\ndata: ${batch.data}\n\n` };
      }
      if (pulse !== undefined && pulse.mark !== mark) {
        const first = mark === undefined;
        mark = pulse.mark;
        // What the page was made from may be older than what was seen first: it is told too.
        if (!pulse.ended || first) return { text: 'event: state\ndata: \n\n' };
      }
      if (pulse?.ended && pulse.lastSeq <= seq) return { text: 'event: end\ndata: \n\n', last: true };
      await reader.changed(aliveEvery);
      if (!left && !stopped.aborted && reader.pulse() === pulse) return { text: ':\n\n' };
    }
  };
  const onStop = () => leave();
  stopped.addEventListener('abort', onStop, { once: true });
  let begun = false;
  return new ReadableStream(
    {
      async pull(controller) {
        if (!begun) {
          begun = true;
          controller.enqueue(encoder.encode('retry: 1000\n\n'));
          return;
        }
        const { text, last } = await next().catch((error: unknown) => {
          log.warn({ err: error, build: buildId }, 'a live log breaks off; its reader comes again');
          return { text: '', last: true };
        });
        if (left && text === '' && !stopped.aborted) return;
        if (text !== '') controller.enqueue(encoder.encode(text));
        if (last) {
          stopped.removeEventListener('abort', onStop);
          leave();
          controller.close();
        }
      },
      cancel() {
        stopped.removeEventListener('abort', onStop);
        leave();
      },
    },
    { highWaterMark: 0 },
  );
}
