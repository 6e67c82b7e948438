import { randomUUID } from 'node:crypto';
import { statfs } from 'node:fs/promises';
import { hostname } from 'node:os';
import type { Log } from '../log.ts';
import type { Store, Worker } from '../store/store.ts';

/** Milliseconds between two words of a worker. */
const every = 10_000;

export type WorkerFacts = {
  readonly concurrency: number;
  running(): number;
  /** Rejects when it does not answer. */
  engine(): Promise<{ readonly id: string; readonly version: string }>;
  readonly dataDir: string;
};

/** Tells in the store, every few seconds, that this worker is there, and how its engine and its disk are. */
export function tellOfWorker(
  store: Pick<Store, 'keepWorker'>,
  facts: WorkerFacts,
  log: Log,
): { stop(): Promise<void> } {
  const id = randomUUID();
  let told: Promise<void> | undefined;
  let lastEngine: Worker['lastEngine'];
  const tell = async (): Promise<void> => {
    const engine = await facts.engine().catch(() => undefined);
    if (engine !== undefined) lastEngine = { id: engine.id, at: new Date().toISOString() };
    const { bavail, blocks, bsize } = await statfs(facts.dataDir);
    const worker: Omit<Worker, 'seenAt'> = {
      id,
      host: hostname(),
      concurrency: facts.concurrency,
      running: facts.running(),
      disk: { free: bavail * bsize, total: blocks * bsize },
      ...(engine === undefined ? {} : { engine: engine.version }),
      ...(lastEngine === undefined ? {} : { lastEngine }),
    };
    await store.keepWorker(worker);
  };
  const next = () => {
    told ??= tell()
      .catch((error: unknown) => log.warn({ err: error }, 'the worker could not tell of itself'))
      .finally(() => {
        told = undefined;
      });
  };
  const timer = setInterval(next, every);
  timer.unref();
  next();
  return {
    async stop() {
      clearInterval(timer);
      await told;
    },
  };
}
