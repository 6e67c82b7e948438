import type { Queue } from 'pg-boss';

/** What waits for a worker, in the six queues. */
export type QueueName = 'merge' | 'build' | 'report' | 'act' | 'plan' | 'check';

export const queueNames: readonly QueueName[] = ['merge', 'build', 'report', 'act', 'plan', 'check'];

const day = 86_400;

/**
 * pg-boss's options of each queue. Its defaults give up (`retryLimit` 2), delete what waits (14 days) and take a job
 * from a worker that is still at it (15 minutes): none of that may happen to a merge.
 *
 * @param heartbeat seconds after which a silent worker has lost its job; null where no other process could have it
 */
export const queueOptions = (heartbeat: number | null) =>
  ({
    // One job of a key at a time, by a unique index.
    policy: 'singleton',
    // Longer than any build; 24 hours are the most that pg-boss takes.
    expireInSeconds: day,
    retryLimit: 1_000_000,
    retryDelay: 1,
    retryBackoff: true,
    retryDelayMax: 300,
    retentionSeconds: 365 * day,
    deleteAfterSeconds: 7 * day,
    // Another process hears of a job when it is committed; the embedded store has no other process.
    notify: heartbeat !== null,
    ...(heartbeat === null ? {} : { heartbeatSeconds: heartbeat }),
  }) satisfies Omit<Queue, 'name'>;
