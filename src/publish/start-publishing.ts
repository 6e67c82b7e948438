import { inLogContext } from '../log.ts';
import type { Act } from '../store/store.ts';
import { clearLeftOvers } from './clear-left-overs.ts';
import { forgetOld } from './forget-old.ts';
import { obeyAct } from './obey-act.ts';
import type { Pipeline } from './pipeline.ts';
import { planNextMerge } from './plan-next-merge.ts';
import { planPull } from './plan-pull.ts';
import { reportMerge } from './report-merge.ts';
import { runBuild } from './run-build.ts';
import { showPlan } from './show-plan.ts';
import { tellOfWorker, type WorkerFacts } from './tell-of-worker.ts';
import { tidySources } from './tidy-sources.ts';

/** Five tries in ten minutes. */
const usualWaits: readonly number[] = [5, 25, 120, 450];

/** Milliseconds for which nothing is asked again once there was no obstacle. */
const staysClear = 1000;

/** Takes up the work of the store's queues: plan, build, report. The work ends with the store's `stopWork`. */
export async function startPublishing(
  options: Omit<Pipeline, 'slotFree' | 'waits' | 'engineId'> & {
    readonly concurrency: number;
    readonly waits?: readonly number[];
    /** Milliseconds that the store keeps what has ended. */
    readonly keepMs: number;
    readonly worker: Pick<WorkerFacts, 'engine' | 'dataDir' | 'diskHigh'>;
  },
): Promise<{ stop(): Promise<void> }> {
  const { concurrency, waits = usualWaits, worker, keepMs, ...rest } = options;
  let running = 0;
  const engineId = async () => (await worker.engine()).id;
  let isHindered = false;
  let clearUntil = 0;
  const obstacle = async () => {
    if (performance.now() < clearUntil) return undefined;
    const found = await rest.obstacle();
    isHindered = found !== undefined;
    if (!isHindered) clearUntil = performance.now() + staysClear;
    return found;
  };
  const slotFree = (): boolean => running < concurrency && !isHindered;
  const pipeline: Pipeline = { ...rest, waits, engineId, obstacle, slotFree };
  const { store, log } = pipeline;
  await tidySources(pipeline);
  const told =
    <T>(
      what: string,
      work: (key: T, signal: AbortSignal) => Promise<void>,
      fields = (key: T): Record<string, unknown> => ({ [what]: key }),
    ) =>
    (key: T, { signal }: { signal: AbortSignal }) =>
      inLogContext(fields(key), async () => {
        try {
          await work(key, signal);
        } catch (error) {
          log.warn({ err: error }, `${what} is tried again`);
          throw error;
        }
      });
  const stopped = new AbortController();
  await store.workActs(
    told<Act>(
      'act',
      (act) => obeyAct(pipeline, pipeline.actions, act),
      ({ deliveryId }) => ({ delivery: deliveryId }),
    ),
  );
  await store.workPlans((repositoryId, number, { signal }) =>
    told<string>('plan', () => planPull(pipeline, repositoryId, number, signal))(`${repositoryId}#${number}`, {
      signal,
    }),
  );
  await store.workPlanChecks((repositoryId, headSha, { signal }) =>
    told<string>('check', () => showPlan(pipeline, repositoryId, headSha, signal))(headSha, { signal }),
  );
  await store.workReports(told<string>('report', (mergeId) => reportMerge(pipeline, mergeId)));
  await store.workBuilds(
    concurrency,
    told<string>('build', async (buildId, signal) => {
      running += 1;
      try {
        await runBuild(pipeline, buildId, signal);
      } finally {
        running -= 1;
      }
    }),
  );
  await store.workMerges(
    told<number>('repository', (repositoryId, signal) => planNextMerge(pipeline, repositoryId, signal)),
  );
  // Beside the work: an engine or a registry that is away holds nothing up. What a build has left is looked for as long as
  // the store knows the build.
  const clear = () => clearLeftOvers(pipeline, stopped.signal);
  const forgetting = forgetOld({ store, keepMs, clear, log });
  const telling = tellOfWorker(store, { ...worker, concurrency, running: () => running }, log);
  return {
    async stop() {
      stopped.abort();
      await telling.stop();
      await forgetting.stop();
    },
  };
}
