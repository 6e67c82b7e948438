/** Work that goes on by itself. `stop` resolves when none of it runs any more. */
export type Repeated = { stop(): Promise<void> };

/**
 * Does some work now, and again after each interval, never twice at a time.
 *
 * @param work rejects never: nobody would hear of it
 * @param every milliseconds between two beginnings
 */
export function repeat(work: () => Promise<void>, every: number): Repeated {
  let running: Promise<void> | undefined;
  const next = (): void => {
    running ??= work().finally(() => {
      running = undefined;
    });
  };
  const timer = setInterval(next, every);
  timer.unref();
  next();
  return {
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}
