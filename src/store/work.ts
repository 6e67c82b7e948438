import { z } from 'zod';
import type { Jobs } from './jobs.ts';
import type { Store } from './store.ts';

/** Planning and reporting wait for GitHub most of the time; this many at once keep it from holding others up. */
const atOnce = 4;

const mergeJob = z.object({ repositoryId: z.number() });
const actJob = z.object({
  what: z.enum([
    'cancel',
    'rebuild',
    'rebuild-no-cache',
    'set-version',
    'relabel',
    'command-plan',
    'command-build',
    'command-cancel',
  ]),
  about: z.union([
    z.object({ checkRunId: z.number(), version: z.string().exactOptional() }),
    z.object({ headSha: z.string() }),
    z.object({ number: z.number(), labels: z.array(z.string()) }),
    z.object({ number: z.number(), commentId: z.number() }),
  ]),
  repositoryId: z.number(),
  installationId: z.number(),
  owner: z.string(),
  repo: z.string(),
  sender: z.string(),
  deliveryId: z.string(),
});
const planJob = z.object({ repositoryId: z.number(), number: z.number() });
const checkJob = z.object({ repositoryId: z.number(), headSha: z.string() });
const reportJob = z.object({ mergeId: z.string() });

/** The six queues as the publisher sees them. */
export function workVerbs(
  jobs: Jobs,
): Pick<Store, 'workMerges' | 'workBuilds' | 'workReports' | 'workActs' | 'workPlans' | 'workPlanChecks' | 'stopWork'> {
  return {
    workMerges: (handler) =>
      jobs.work('merge', atOnce, (job, context) => handler(mergeJob.parse(job.data).repositoryId, context)),
    workBuilds: (concurrency, handler) => jobs.work('build', concurrency, (job, context) => handler(job.id, context)),
    workReports: (handler) =>
      jobs.work('report', atOnce, (job, context) => handler(reportJob.parse(job.data).mergeId, context)),
    workPlans: (handler) =>
      jobs.work('plan', atOnce, (job, context) => {
        const { repositoryId, number } = planJob.parse(job.data);
        return handler(repositoryId, number, context);
      }),
    workPlanChecks: (handler) =>
      jobs.work('check', atOnce, (job, context) => {
        const { repositoryId, headSha } = checkJob.parse(job.data);
        return handler(repositoryId, headSha, context);
      }),
    workActs: (handler) => jobs.work('act', 1, (job, context) => handler(actJob.parse(job.data), context)),
    stopWork: (graceMs) => jobs.stopWork(graceMs),
  };
}
