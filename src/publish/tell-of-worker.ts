import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { judgeRoom, readRoom } from '../disk.ts';
import type { Log } from '../log.ts';
import { type Repeated, repeat } from '../repeat.ts';
import type { Store, Worker } from '../store/store.ts';

/** Milliseconds between two words of a worker. */
const every = 10_000;

export type WorkerFacts = {
  readonly concurrency: number;
  running(): number;
  /** Rejects when it does not answer. */
  engine(): Promise<{ readonly id: string; readonly version: string }>;
  readonly dataDir: string;
  /** Share of a disk, 0 to 1. */
  readonly diskHigh: number;
};

/** Tells in the store, every few seconds, that this worker is there, and how its engine and its disk are. */
export function tellOfWorker(store: Pick<Store, 'keepWorker'>, facts: WorkerFacts, log: Log): Repeated {
  const id = randomUUID();
  let lastEngine: Worker['lastEngine'];
  const tell = async (): Promise<void> => {
    const engine = await facts.engine().catch(() => undefined);
    if (engine !== undefined) lastEngine = { id: engine.id, at: new Date().toISOString() };
    const room = await readRoom(facts.dataDir);
    const worker: Omit<Worker, 'seenAt'> = {
      id,
      host: hostname(),
      concurrency: facts.concurrency,
      running: facts.running(),
      disk: { ...room, state: judgeRoom(room, facts.diskHigh) },
      ...(engine === undefined ? {} : { engine: engine.version }),
      ...(lastEngine === undefined ? {} : { lastEngine }),
    };
    await store.keepWorker(worker);
  };
  return repeat(
    () => tell().catch((error: unknown) => log.warn({ err: error }, 'the worker could not tell of itself')),
    every,
  );
}
