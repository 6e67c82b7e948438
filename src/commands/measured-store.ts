import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { Store } from '../store/store.ts';

const phases = ['fetch', 'build', 'push'] as const;

/** The store, with the times that it keeps of plans, phases and reports counted for `/metrics` as they become final. */
export function measuredStore(
  store: Store,
  { metrics, log }: { readonly metrics: Pick<Metrics, 'spent'>; readonly log: Log },
): Store {
  /** A figure that is missing is no reason for a build to fail. */
  async function count(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      log.warn({ err: error }, 'a time could not be counted for the metrics');
    }
  }
  const spent = (phase: Parameters<Metrics['spent']>[0], from: Date | undefined, to: Date | undefined): void => {
    if (from !== undefined && to !== undefined) metrics.spent(phase, to.getTime() - from.getTime());
  };
  return {
    ...store,
    async settlePlan(mergeId, ...rest) {
      const planned = await store.settlePlan(mergeId, ...rest);
      await count(async () => spent('plan', (await store.merge(mergeId))?.receivedAt, new Date()));
      return planned;
    },
    async endBuild(buildId, ...rest) {
      await store.endBuild(buildId, ...rest);
      await count(async () => {
        const build = await store.build(buildId);
        if (build === undefined) return;
        const { timings, createdAt, startedAt, endedAt } = build;
        spent('queued', createdAt, startedAt);
        // A phase that failed has no end of its own.
        for (const phase of phases) spent(phase, timings[phase]?.startedAt, timings[phase]?.endedAt ?? endedAt);
      });
    },
    async reported(buildId) {
      await store.reported(buildId);
      await count(async () => {
        const report = (await store.build(buildId))?.timings.report;
        spent('report', report?.startedAt, report?.endedAt);
      });
    },
  };
}
