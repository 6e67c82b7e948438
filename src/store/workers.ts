import type { Job, PgBoss } from 'pg-boss';
import { SlipwayError } from '../errors.ts';
import { type QueueName, queueNames } from './queues.ts';
import type { JobContext } from './store.ts';

/** After their signals have ended, handlers get this long (milliseconds) to leave in order. */
const leaveWithin = 2000;

type Worker = { id: string; busy: boolean };

type Handler = (job: { readonly id: string; readonly data: unknown }, context: JobContext) => Promise<void>;

export type Workers = {
  /** Has a worker of this process, one for each job that was sent, look for it now. */
  wake(queue: QueueName): void;
  work(queue: QueueName, concurrency: number, handler: Handler): Promise<void>;
  stopWork(graceMs: number): Promise<void>;
};

async function settlesWithin(work: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, ms, false);
  });
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Hands jobs to handlers. */
export function createWorkers(boss: PgBoss, options: { readonly heartbeatRefreshSeconds?: number }): Workers {
  const workers = new Map<QueueName, Worker[]>();
  const running = new Set<AbortController>();

  async function run(job: Job, handler: Handler): Promise<void> {
    const controller = new AbortController();
    const takenAway = () => controller.abort(job.signal.reason);
    job.signal.addEventListener('abort', takenAway, { once: true });
    running.add(controller);
    try {
      await handler({ id: job.id, data: job.data }, { signal: controller.signal });
    } catch (error) {
      // pg-boss keeps what it is given in the job's row: a sentence, not the causes with whatever they hold.
      throw new Error(error instanceof SlipwayError ? error.message : 'the handler failed');
    } finally {
      running.delete(controller);
      // The job's own signal also ends after a handler that returned.
      job.signal.removeEventListener('abort', takenAway);
    }
  }

  return {
    wake(queue) {
      const all = workers.get(queue) ?? [];
      // One, not all: on the embedded store each looks in turn, and the job's first statement would wait behind them. The
      // one whose turn was longest ago, so that jobs sent at once go to different workers. A busy one looks by itself.
      const place = all.findIndex(({ busy }) => !busy);
      const [worker] = place < 0 ? [] : all.splice(place, 1);
      if (worker === undefined) return;
      all.push(worker);
      boss.notifyWorker(worker.id);
    },

    async work(queue, concurrency, handler) {
      const all = workers.get(queue) ?? [];
      workers.set(queue, all);
      for (let count = 0; count < concurrency; count += 1) {
        const worker: Worker = { id: '', busy: false };
        worker.id = await boss.work<object>(
          queue,
          { ...options, pollingIntervalSeconds: 2, notifyPollingIntervalSeconds: 2 },
          async (jobs) => {
            worker.busy = true;
            try {
              for (const job of jobs) await run(job, handler);
            } finally {
              worker.busy = false;
              // Else it sleeps before it looks for the next job.
              boss.notifyWorker(worker.id);
            }
          },
        );
        all.push(worker);
      }
    },

    async stopWork(graceMs) {
      const idle = Promise.all(queueNames.map((queue) => boss.offWork(queue, { wait: true })));
      if (await settlesWithin(idle, graceMs)) return;
      const reason = new SlipwayError('cancelled', 'Slipway stops; the job is handed out again.');
      for (const controller of running) controller.abort(reason);
      await settlesWithin(idle, leaveWithin);
    },
  };
}
