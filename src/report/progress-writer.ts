import type { Log } from '../log.ts';

export type ProgressWriter<State> = {
  /** Takes the newest state and returns at once; states that nobody had time to write are passed over. */
  update(state: State): void;
  /** Drops what waits and resolves when the write in flight, if there is one, has ended. Never rejects. */
  stop(): Promise<void>;
};

export type Pace = {
  /** Milliseconds between two writes, by the milliseconds since the first state. */
  readonly interval: (age: number) => number;
  /** Milliseconds after which a write that hangs is given up. */
  readonly timeout: number;
};

/** Every 10 s in the first minute, then every 30 s. */
const usualPace: Pace = { interval: (age) => (age < 60_000 ? 10_000 : 30_000), timeout: 15_000 };

export type ProgressWriterOptions<State> = {
  /** Ends soon after its signal is aborted. */
  write(state: State, signal: AbortSignal): Promise<unknown>;
  /** Asked before each write; a write that is not allowed waits for the next turn. */
  mayWrite(): boolean;
  readonly log: Log;
  readonly pace?: Pace;
};

/**
 * Tells how far a build is, beside the build and never in its way: at most one write is in flight, and the last state
 * wins. A write that fails is logged and forgotten, since the next one says more.
 */
export function createProgressWriter<State>(options: ProgressWriterOptions<State>): ProgressWriter<State> {
  const { write, mayWrite, log, pace = usualPace } = options;
  let waiting: { readonly state: State } | undefined;
  let timer: NodeJS.Timeout | undefined;
  let inFlight: Promise<void> | undefined;
  let first: number | undefined;
  let last = Number.NEGATIVE_INFINITY;
  let stopped = false;

  const send = async (state: State): Promise<void> => {
    const giveUp = new AbortController();
    const limit = setTimeout(() => giveUp.abort(), pace.timeout);
    try {
      await write(state, giveUp.signal);
    } catch (error) {
      log.warn({ err: error }, 'progress was not written');
    } finally {
      clearTimeout(limit);
    }
  };

  const turn = (): void => {
    timer = undefined;
    if (stopped || waiting === undefined) return;
    last = Date.now();
    if (mayWrite()) {
      const { state } = waiting;
      waiting = undefined;
      inFlight = send(state).then(() => {
        inFlight = undefined;
        plan();
      });
    } else plan();
  };

  const plan = (): void => {
    if (stopped || waiting === undefined || inFlight || timer) return;
    const now = Date.now();
    first ??= now;
    const wait = last + pace.interval(now - first) - now;
    if (wait <= 0) turn();
    else timer = setTimeout(turn, wait).unref();
  };

  return {
    update(state) {
      waiting = { state };
      plan();
    },
    async stop() {
      stopped = true;
      waiting = undefined;
      clearTimeout(timer);
      await inFlight;
    },
  };
}
