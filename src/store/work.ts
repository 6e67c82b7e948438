import { z } from 'zod';
import type { Jobs } from './jobs.ts';
import type { Store } from './store.ts';

/** Planning and reporting wait for GitHub most of the time; this many at once keep it from holding others up. */
const atOnce = 4;

const mergeJob = z.object({ repositoryId: z.number() });
const reportJob = z.object({ mergeId: z.string() });

/** The three queues as the publisher sees them. */
export function workVerbs(jobs: Jobs): Pick<Store, 'workMerges' | 'workBuilds' | 'workReports' | 'stopWork'> {
  return {
    workMerges: (handler) =>
      jobs.work('merge', atOnce, (job, context) => handler(mergeJob.parse(job.data).repositoryId, context)),
    workBuilds: (concurrency, handler) => jobs.work('build', concurrency, (job, context) => handler(job.id, context)),
    workReports: (handler) =>
      jobs.work('report', atOnce, (job, context) => handler(reportJob.parse(job.data).mergeId, context)),
    stopWork: (graceMs) => jobs.stopWork(graceMs),
  };
}
