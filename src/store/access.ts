import { SlipwayError } from '../errors.ts';
import type { Database, Session, Value } from './database.ts';
import type { Jobs, SendOptions } from './jobs.ts';
import type { QueueName } from './queues.ts';

/** One transaction: statements, and the jobs that exist once it commits. */
export type Unit = Session & {
  send(queue: QueueName, data: object, options: SendOptions): Promise<void>;
  /** How long (seconds) a job waits once its handler has thrown. */
  delay(queue: QueueName, jobId: string, seconds: number): Promise<void>;
};

/** The way of every verb to the database. `doing` ends the sentence "The store failed while ...". */
export type Access = {
  query<Row extends object>(doing: string, text: string, values?: readonly Value[]): Promise<readonly Row[]>;
  transact<T>(doing: string, work: (unit: Unit) => Promise<T>): Promise<T>;
};

function storeFailed(doing: string, cause: unknown): SlipwayError {
  if (cause instanceof SlipwayError) return cause;
  return new SlipwayError('store-failed', `The store failed while ${doing}.`, {
    help: 'Slipway tries again by itself; if it goes on, look at the disk of DATA_DIR, or at PostgreSQL.',
    cause,
  });
}

/** Gives every failure its name, and has the workers look for a job as soon as one is committed. */
export function createAccess(database: Database, jobs: Jobs): Access {
  return {
    async query(doing, text, values) {
      try {
        return await database.query(text, values);
      } catch (error) {
        throw storeFailed(doing, error);
      }
    },
    async transact(doing, work) {
      const sent: QueueName[] = [];
      try {
        const result = await database.transaction((session) =>
          work({
            ...session,
            async send(queue, data, options) {
              await jobs.send(session, queue, data, options);
              sent.push(queue);
            },
            delay: (queue, jobId, seconds) => jobs.delay(session, queue, jobId, seconds),
          }),
        );
        for (const queue of sent) jobs.wake(queue);
        return result;
      } catch (error) {
        throw storeFailed(doing, error);
      }
    },
  };
}
