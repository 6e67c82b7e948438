import type { Log } from '../log.ts';
import { type Repeated, repeat } from '../repeat.ts';
import type { Store } from '../store/store.ts';

/** Milliseconds between two looks: nobody waits for it. */
const every = 3_600_000;

/**
 * Removes, now and every hour, what ended builds have left on engine and registry, and then takes out of the store what
 * ended longer ago than BUILD_KEEP.
 */
export function forgetOld({
  store,
  keepMs,
  clear,
  log,
}: {
  readonly store: Pick<Store, 'forget'>;
  /** Milliseconds. */
  readonly keepMs: number;
  /** Removes what builds have left elsewhere; rejects never. */
  clear(): Promise<void>;
  readonly log: Log;
}): Repeated {
  let stopped = false;
  const forget = async (): Promise<void> => {
    await clear();
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
