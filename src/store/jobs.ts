import { type ConstructorOptions, PgBoss } from 'pg-boss';
import { SlipwayError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Database, Session } from './database.ts';
import { type QueueName, queueNames, queueOptions } from './queues.ts';
import { createWorkers, type Workers } from './workers.ts';

const schema = 'slipway_jobs';

export type SendOptions = {
  readonly key: string;
  readonly id?: string;
  readonly priority?: number;
  /** True where the job of this id may be there already, and is then left as it is. */
  readonly once?: boolean;
};

/** The queues: pg-boss behind the verbs that the store needs of it. */
export type Jobs = Workers & {
  /** A job that exists when the session's transaction commits, and else does not. */
  send(session: Session, queue: QueueName, data: object, options: SendOptions): Promise<void>;
  /** How long (seconds) a running job waits once its handler has thrown; else the queue's growing waits hold. */
  delay(session: Session, queue: QueueName, id: string, seconds: number): Promise<void>;
  close(): Promise<void>;
};

export type JobsOptions = {
  readonly database: Database;
  /** How pg-boss reaches the same database. */
  readonly connection: Pick<ConstructorOptions, 'db' | 'backend' | 'connectionString' | 'max'>;
  /** True when no other process can hold a job of this database. */
  readonly alone: boolean;
  /** True when this process takes up jobs. */
  readonly works: boolean;
  readonly log: Log;
};

/** Starts the queues on a database. */
export async function openJobs({ database, connection, alone, works, log }: JobsOptions): Promise<Jobs> {
  const heartbeat = alone ? null : 30;
  const boss = new PgBoss({
    ...connection,
    schema,
    schedule: false,
    registerInstance: false,
    openTelemetry: { enabled: false },
    // Looks for silent workers, which the embedded store cannot have.
    supervise: works,
    superviseIntervalSeconds: alone ? 60 : 5,
    monitorIntervalSeconds: alone ? 60 : 5,
    // The embedded database has no autovacuum; openEmbedded sees to that.
    monitorVacuum: !alone,
    reindex: !alone,
    useListenNotify: works && !alone,
  });
  boss.on('error', (error) => log.error({ err: error }, 'the queue reports an error'));
  boss.on('warning', ({ message, data }) => log.warn({ data }, `the queue warns: ${message}`));
  try {
    await boss.start();
    const options = queueOptions(heartbeat);
    const { policy, ...changeable } = options;
    for (const queue of queueNames) {
      await boss.createQueue(queue, { ...changeable, policy });
      // An existing queue is left as it was by createQueue.
      await boss.updateQueue(queue, changeable);
    }
    if (alone) await handOutAgain(boss, database);
  } catch (error) {
    await boss.stop({ graceful: false });
    throw error;
  }
  const workers = createWorkers(boss, heartbeat === null ? {} : { heartbeatRefreshSeconds: heartbeat / 3 });
  return {
    ...workers,
    async send(session, queue, data, { key, id, priority = 0, once = false }) {
      const sent = await boss.send(queue, data, {
        singletonKey: key,
        priority,
        ...(id === undefined ? {} : { id }),
        db: { executeSql: async (text, values) => ({ rows: [...(await session.query(text, values as string[]))] }) },
      });
      if (sent === null && !once) throw new SlipwayError('store-failed', `The queue ${queue} took no job for ${key}.`);
    },
    async delay(session, queue, id, seconds) {
      await session.query(
        `update ${schema}.job set retry_delay = $3, retry_backoff = false where name = $1 and id = $2::uuid`,
        [queue, id, Math.round(seconds)],
      );
    },
    async close() {
      await workers.stopWork(0);
      await boss.stop({ timeout: 1000 });
    },
  };
}

/** The jobs that were running when the process before this one died: nobody has them any more. */
async function handOutAgain(boss: PgBoss, database: Database): Promise<void> {
  const rows = await database.query<{ id: string; name: string }>(
    `select id::text as id, name from ${schema}.job where state = 'active'`,
  );
  for (const { id, name } of rows) {
    await boss.fail(name, id, { message: 'the process ended while it had the job' });
    // Without the wait that a failure earns.
    await boss.update(name, undefined, { id, startAfter: new Date() });
  }
}
