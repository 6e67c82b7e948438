import { setTimeout as pause } from 'node:timers/promises';
import type { Log } from '../log.ts';

const chunkLimit = 64 * 1024;
/** Milliseconds for which lines are gathered before they are kept: a short build is over by then. */
const gatherMs = 250;
/** Characters that may wait for a slow store before a flood is cut; a log keeps its head and its tail anyway. */
const waitingLimit = 4 * 1024 * 1024;

/** Writes a build's log to the store, in order and beside the build: a slow store never holds the build up. */
export type BuildLog = {
  write(text: string, stepId?: string): void;
  /** Resolves when everything written is in the store, or has been given up with a line in the server's log. */
  close(): Promise<void>;
};

type Piece = { text: string; readonly stepId: string | undefined };

export function openBuildLog(options: { append(text: string, stepId?: string): Promise<void>; log: Log }): BuildLog {
  const waiting: Piece[] = [];
  let waitingLength = 0;
  let leftOut = 0;
  let closing = false;
  const closed = Promise.withResolvers<void>();
  let writing: Promise<void> | undefined;

  async function drain(): Promise<void> {
    // A flurry of lines becomes one row, and the store has its hands free for the build.
    if (!closing) await Promise.race([pause(gatherMs, undefined, { ref: false }), closed.promise]);
    for (let piece = waiting.shift(); piece !== undefined; piece = waiting.shift()) {
      waitingLength -= piece.text.length;
      await options.append(piece.text, piece.stepId);
      if (waiting.length === 0 && leftOut > 0) {
        const lost = leftOut;
        leftOut = 0;
        await options.append(
          `... ${lost} characters left out: the build wrote faster than the log could be kept ...\n`,
        );
      }
    }
  }

  function start(): void {
    writing ??= drain()
      .catch((error: unknown) => {
        waiting.length = 0;
        waitingLength = 0;
        options.log.error({ err: error }, 'part of a build log could not be kept');
      })
      .finally(() => {
        writing = undefined;
        if (waiting.length > 0) start();
      });
  }

  return {
    write(text, stepId) {
      if (waitingLength + text.length > waitingLimit) {
        leftOut += text.length;
        return;
      }
      const last = waiting.at(-1);
      if (last !== undefined && last.stepId === stepId && last.text.length + text.length <= chunkLimit)
        last.text += text;
      else waiting.push({ text, stepId });
      waitingLength += text.length;
      start();
    },
    async close() {
      closing = true;
      closed.resolve();
      while (writing !== undefined) await writing;
    },
  };
}
