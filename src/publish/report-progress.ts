import type { Build } from '../build-terms.ts';
import type { Log } from '../log.ts';
import { createReporter } from '../report/create-reporter.ts';
import { createProgressWriter } from '../report/progress-writer.ts';
import { renderBuildCheck } from '../report/render-build-check.ts';
import type { CheckKey } from '../store/store.ts';
import type { Merge } from '../terms.ts';
import type { BuildProgress } from './build-progress.ts';
import { externalIdOf } from './external-id-of.ts';
import type { Pipeline } from './pipeline.ts';
import { registryAddress } from './registry-address.ts';

export type ProgressReport = {
  /** Something has happened; it is written when its time has come. */
  changed(): void;
  /** Resolves when nothing more is written: what comes next is the verdict. */
  stop(): Promise<void>;
};

/**
 * Keeps the check run on the head commit up to date while a build runs, beside the build. It only edits the run that a
 * report has made, and makes none.
 */
export function reportProgress(
  pipeline: Pipeline,
  { build, merge, progress, log }: { build: Build; merge: Merge; progress: BuildProgress; log: Log },
): ProgressReport {
  const key: CheckKey = { subject: build.id, commit: 'head' };
  const held = async () => (await pipeline.store.watch(build.id, build.lease)).held;
  const writer = createProgressWriter<undefined>({
    log,
    mayWrite: () => pipeline.progressBudget.take(merge.installationId),
    async write(_, signal) {
      const known = await pipeline.store.check(merge.id, key);
      if (known?.id === undefined || known.status !== 'in_progress') return;
      const github = await pipeline.github(merge.installationId);
      const content = renderBuildCheck({
        merge,
        build: { ...build, state: 'running', ...(progress.phase === undefined ? {} : { phase: progress.phase }) },
        progress: { steps: progress.steps(), tail: progress.tail() },
        registry: registryAddress(pipeline.registry),
        links: { build: (shown) => pipeline.buildLink(shown, merge) },
      });
      await createReporter({ github, log, author: await pipeline.botLogin() }).writeCheck({
        owner: merge.owner,
        repo: merge.repo,
        headSha: merge.headSha,
        externalId: externalIdOf(merge, key),
        content,
        knownId: known.id,
        mayExist: false,
        stillTrue: held,
        signal,
      });
    },
  });
  return { changed: () => writer.update(undefined), stop: () => writer.stop() };
}
