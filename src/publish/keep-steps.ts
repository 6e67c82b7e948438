import { setTimeout as pause } from 'node:timers/promises';
import type { Log } from '../log.ts';
import type { Claim, Store } from '../store/store.ts';
import type { BuildProgress } from './build-progress.ts';

/** Milliseconds for which changes are gathered. */
const gatherMs = 300;

export type StepKeeper = {
  /** A step has begun or changed. */
  changed(): void;
  /** Resolves when nothing more is written. */
  stop(): Promise<void>;
};

/** Keeps the steps of a running build where the pages find them, beside the build: a slow store holds nothing up. */
export function keepSteps(
  store: Pick<Store, 'keepSteps'>,
  { build, lease }: Claim,
  { progress, log }: { readonly progress: BuildProgress; readonly log: Log },
): StepKeeper {
  const stopped = new AbortController();
  let dirty = false;
  let writing: Promise<void> | undefined;
  const write = async () => {
    while (dirty && !stopped.signal.aborted) {
      dirty = false;
      try {
        await store.keepSteps(build.id, lease, progress.steps());
        await pause(gatherMs, undefined, { signal: stopped.signal, ref: false });
      } catch (error) {
        if (!stopped.signal.aborted) log.warn({ err: error }, 'the steps of the build could not be kept for its page');
      }
    }
    writing = undefined;
  };
  return {
    changed() {
      dirty = true;
      writing ??= write();
    },
    async stop() {
      stopped.abort();
      await writing;
    },
  };
}
