import type { Log } from '../log.ts';
import { type Repeated, repeat } from '../repeat.ts';
import type { Store } from '../store/store.ts';

/** Milliseconds between two looks: nobody waits for it. */
const every = 3_600_000;

/**
 * Takes out of the store, now and every hour, what ended longer ago than BUILD_KEEP.
 *
 * @param keepMs milliseconds
 */
export function forgetOld(store: Pick<Store, 'forget'>, keepMs: number, log: Log): Repeated {
  let stopped = false;
  const forget = async (): Promise<void> => {
    const before = new Date(Date.now() - keepMs);
    let gone = 0;
    // In small transactions: on the embedded store everything else waits for each of them.
    for (;;) {
      const some = stopped ? 0 : await store.forget(before);
      if (some === 0) break;
      gone += some;
    }
    if (gone > 0) log.info({ rows: gone, endedBefore: before }, 'what is older than BUILD_KEEP was removed');
  };
  const repeated = repeat(
    () =>
      forget().catch((error: unknown) =>
        log.warn({ err: error }, 'old builds could not be removed; it is tried again'),
      ),
    every,
  );
  return {
    async stop() {
      stopped = true;
      await repeated.stop();
    },
  };
}
