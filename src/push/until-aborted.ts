import { stoppedError } from './stopped-error.ts';

/**
 * Waits for work that several callers share, for as long as this caller's signal allows. The work itself goes on: the
 * others wait for it too.
 *
 * @throws {SlipwayError} `cancelled` or `timeout` when the signal is aborted; else what the work throws
 */
export async function untilAborted<T>(work: Promise<T>, signal: AbortSignal, doing: string): Promise<T> {
  let stop = (): void => undefined;
  const stopped = new Promise<never>((_, reject) => {
    stop = () => reject(stoppedError(signal, doing));
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([work, stopped]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
