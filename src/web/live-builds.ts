import type { BuildStep } from '../build-terms.ts';
import type { Log } from '../log.ts';
import type { Pulse, Store } from '../store/store.ts';
import { inert } from './inert.ts';
import { logLines } from './log-lines.ts';

/** Milliseconds between looks into the store, however many readers there are. */
const every = 400;
/** Chunks of at most 64 KiB that a reader is given at once. */
const atOnce = 8;

/** A piece of the log as readers get it, and up to which chunk it goes. */
export type LiveBatch = { readonly lastSeq: number; readonly data: string };

export type LiveReader = {
  /** What is known of the build; undefined until it has been looked at. */
  pulse(): Pulse | undefined;
  /** The log behind a chunk. */
  batch(afterSeq: number): Promise<LiveBatch | undefined>;
  /** Resolves when something has changed, or after so many milliseconds. */
  changed(withinMs: number): Promise<void>;
  leave(): void;
};

type Watched = {
  pulse: Pulse | undefined;
  readers: number;
  waiting: Set<() => void>;
  /** The newest batches: readers of one build are mostly at the same place. */
  batches: Map<number, Promise<LiveBatch | undefined>>;
  steps: { readonly mark: string; readonly names: Promise<ReadonlyMap<string, string>> } | undefined;
};

const namesOf = (steps: readonly BuildStep[]): ReadonlyMap<string, string> =>
  new Map(steps.map(({ id, name }) => [id, inert(name)]));

/** Builds that somebody looks at: the store is asked once for all of them, and each piece of log is read once. */
export function createLiveBuilds({
  store,
  log,
}: {
  readonly store: Pick<Store, 'pulses' | 'readLog' | 'stepsOf'>;
  readonly log: Log;
}): { watch(buildId: string): LiveReader } {
  const watched = new Map<string, Watched>();
  let _timer: NodeJS.Timeout | undefined;
  let failing = false;

  const look = async (): Promise<void> => {
    try {
      const pulses = await store.pulses([...watched.keys()]);
      for (const pulse of pulses) {
        const one = watched.get(pulse.id);
        if (one === undefined) continue;
        const { pulse: before } = one;
        one.pulse = pulse;
        if (before?.mark === pulse.mark && before.lastSeq === pulse.lastSeq) continue;
        for (const wake of one.waiting) wake();
      }
      failing = false;
    } catch (error) {
      if (!failing) log.warn({ err: error }, 'open logs are not up to date: the store cannot be read');
      failing = true;
    }
    _timer = watched.size === 0 ? undefined : setTimeout(look, every).unref();
  };

  async function read(buildId: string, one: Watched, afterSeq: number): Promise<LiveBatch | undefined> {
    const chunks = await store.readLog(buildId, afterSeq, atOnce);
    const last = chunks.at(-1);
    if (last === undefined) return undefined;
    const mark = one.pulse?.mark ?? '';
    if (one.steps?.mark !== mark) one.steps = { mark, names: store.stepsOf(buildId).then(namesOf) };
    const names = await one.steps.names;
    const parts = logLines(chunks).map(({ step, lines }) => ({ step, name: names.get(step) ?? step, lines }));
    return { lastSeq: last.seq, data: JSON.stringify(parts) };
  }

  return {
    watch(buildId) {
      const one: Watched = watched.get(buildId) ?? {
        pulse: undefined,
        readers: 0,
        waiting: new Set(),
        batches: new Map(),
        steps: undefined,
      };
      watched.set(buildId, one);
      one.readers += 1;
      _timer ??= setTimeout(look, 0).unref();
      return {
        pulse: () => one.pulse,
        batch(afterSeq) {
          // A batch that is not full grows: it is the same only as long as the log has not gone on.
          const key = afterSeq + (one.pulse?.lastSeq ?? 0) / 2 ** 32;
          let batch = one.batches.get(key);
          if (batch === undefined) {
            batch = read(buildId, one, afterSeq);
            batch.catch(() => one.batches.delete(key));
            one.batches.set(key, batch);
            const [oldest] = one.batches.keys();
            if (one.batches.size > 2 && oldest !== undefined) one.batches.delete(oldest);
          }
          return batch;
        },
        async changed(withinMs) {
          const { promise, resolve } = Promise.withResolvers<void>();
          const late = setTimeout(resolve, withinMs).unref();
          one.waiting.add(resolve);
          await promise;
          clearTimeout(late);
          one.waiting.delete(resolve);
        },
        leave() {
          one.readers -= 1;
          if (one.readers === 0) watched.delete(buildId);
          for (const wake of one.waiting) wake();
        },
      };
    },
  };
}
