import type { Build, Phase } from '../build-terms.ts';
import { SlipwayError } from '../errors.ts';

/** So many ends of the worker in one phase, and it is not tried again. */
const mostCrashes = 3;
/** Seconds; a registry that asks for more is asked again after this. */
const longestWait = 3600;

/** Whether another try may meet better luck, and after how many seconds. */
export type NextTry = {
  readonly phase: Phase;
  readonly number: number;
  readonly of: number;
  readonly waitSeconds: number;
};

/**
 * The next try of a phase that has failed; undefined when this was the last, or when another one could do no better.
 *
 * @param waits seconds before the second, third, ... try
 */
export function nextTry(
  error: unknown,
  { build, phase, waits }: { build: Pick<Build, 'tries'>; phase: Phase; waits: readonly number[] },
): NextTry | undefined {
  if (!(error instanceof SlipwayError) || !(error.transient || error.code === 'store-failed')) return undefined;
  const failures = build.tries[phase]?.failures ?? 0;
  const wait = waits[failures];
  if (wait === undefined) return undefined;
  // Jitter: builds that failed together do not come back together.
  const jittered = wait * (0.8 + Math.random() * 0.4);
  const waitSeconds = Math.min(longestWait, Math.max(jittered, error.retryAfter ?? 0));
  return { phase, number: failures + 2, of: waits.length + 1, waitSeconds: Math.max(1, Math.round(waitSeconds)) };
}

/** The end of a build in whose phase the worker has died too often: what is in it seems to kill workers. */
export function tooManyCrashes({ tries }: Pick<Build, 'tries'>): SlipwayError | undefined {
  for (const [phase, { crashes }] of Object.entries(tries)) {
    if (crashes < mostCrashes) continue;
    return new SlipwayError('worker-lost', `The worker ended ${crashes} times in the phase ${phase}.`, {
      help: 'Look at the memory and the log of the server’s machine, then Rebuild.',
    });
  }
  return undefined;
}
