import type { Built } from '../build/artifact-type.ts';
import { SlipwayError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Claim } from '../store/store.ts';
import type { Merge, Outcome } from '../terms.ts';
import { openBuildLog } from './build-log.ts';
import { trackProgress } from './build-progress.ts';
import { builderOf } from './builder-of.ts';
import { outcomeOfError } from './outcome-of-error.ts';
import type { Pipeline } from './pipeline.ts';
import { type Publication, publish } from './publish.ts';
import { reportProgress } from './report-progress.ts';
import { storeJournal } from './store-journal.ts';

/**
 * Runs one build to its verdict. Resolves when the verdict is in the store; its report is a job of its own.
 *
 * @throws {SlipwayError} when the worker stops or has lost the build: it is not over, and will be handed out again
 */
export async function runBuild(pipeline: Pipeline, buildId: string, stopped: AbortSignal): Promise<void> {
  const claim = await pipeline.store.claim(buildId);
  if (claim === undefined) return;
  const { build, lease } = claim;
  const merge = await pipeline.store.merge(build.mergeId);
  if (merge === undefined) throw new SlipwayError('store-failed', `Build ${build.id} belongs to no merge.`);
  const log = pipeline.log.child({ build: build.id, delivery: merge.deliveryId });
  const { outcome, built } = await work(pipeline, claim, merge, log, stopped).catch(async (error: unknown) => {
    // Somebody else has it, or this worker stops and its place in the queue is kept: nothing to give back.
    if (!isStop(error)) await pipeline.store.giveBack(build.id, lease);
    throw error;
  });
  await pipeline.store.endBuild(build.id, lease, outcome);
  log.info(
    { verdict: outcome.verdict, fault: outcome.fault, digest: outcome.digest, reason: outcome.reason },
    `${build.artifact.service.name}:${build.artifact.version} ${outcome.verdict}`,
  );
  if (built !== undefined) await builderOf(pipeline, build.artifact.service.type).discard(built);
  const open = (await pipeline.store.buildsOf(merge.id)).some(({ state }) => state !== 'ended');
  if (!open) await pipeline.shelf.release(merge.id);
}

/** The verdict, and what the engine still holds of the build. */
type Worked = { readonly outcome: Outcome; readonly built: Built | undefined };

async function work(pipeline: Pipeline, claim: Claim, merge: Merge, log: Log, stopped: AbortSignal): Promise<Worked> {
  const { build } = claim;
  const { service, version } = build.artifact;
  const timeoutMs = service.build.timeoutMs ?? pipeline.buildTimeout;
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), timeoutMs);
  const signal = AbortSignal.any([stopped, deadline.signal]);
  const progress = trackProgress();
  const buildLog = openBuildLog({ append: (text, stepId) => pipeline.store.appendLog(build.id, text, stepId), log });
  const reporting = reportProgress(pipeline, { build, merge, progress, log });
  let notes: readonly string[] = [];
  let built: Built | undefined = build.staged;
  const journal = storeJournal(pipeline.store, claim, {
    phase(phase) {
      progress.phase = phase;
      log.info({ phase }, `phase ${phase}`);
      reporting.changed();
    },
    built(image) {
      built = image;
    },
    event(event) {
      progress.take(event);
      if (event.kind === 'log') buildLog.write(event.text, event.stepId);
      reporting.changed();
    },
  });
  const publication: Publication = {
    buildId: build.id,
    artifact: build.artifact,
    identity: { repositoryId: merge.repositoryId, path: service.path, commit: merge.mergeCommit },
    sourceUrl: merge.repositoryUrl,
    defaultLabels: {
      'org.opencontainers.image.title': service.name,
      'org.opencontainers.image.created': merge.mergedAt.toISOString(),
      'org.opencontainers.image.url': `${merge.repositoryUrl}/pull/${merge.number}`,
      'org.opencontainers.image.ref.name': version,
      'org.opencontainers.image.vendor': merge.owner,
    },
    noCache: false,
    async source() {
      const source = await pipeline.shelf.obtain(merge, () => pipeline.github(merge.installationId), signal);
      notes = source.notes;
      for (const note of notes) buildLog.write(`Note: ${note}\n`);
      return source;
    },
    staged: build.staged,
  };
  try {
    const { reference, digest, size, isNew } = await publish(pipeline, publication, journal, signal);
    const reason = isNew
      ? `Published as \`${reference}\`.`
      : `\`${reference}\` was published from this commit already.`;
    const outcome: Outcome = { verdict: 'published', reason, digest, size, notes, steps: progress.steps() };
    return { outcome, built };
  } catch (error) {
    if (error instanceof SlipwayError && error.code === 'lease-lost') throw error;
    if (stopped.aborted && isStop(error)) {
      throw new SlipwayError('cancelled', 'The worker stops; the build is handed out again.', { cause: error });
    }
    log.warn({ err: error, phase: progress.phase }, 'the build ended with an error');
    const seen = deadline.signal.aborted && isStop(error) ? timeoutError(timeoutMs, progress.phase, error) : error;
    if (seen instanceof SlipwayError) buildLog.write(`${seen.message}\n`);
    if (seen instanceof SlipwayError && isWorthATry(seen) && claim.lease < pipeline.tries) {
      buildLog.write(`Tried ${claim.lease} of ${pipeline.tries} times; it is tried again.\n`);
      throw seen;
    }
    const outcome = outcomeOfError(seen, { phase: progress.phase, steps: progress.steps(), notes });
    return { outcome, built };
  } finally {
    clearTimeout(timer);
    await Promise.all([buildLog.close(), reporting.stop()]);
  }
}

const isWorthATry = ({ transient, code }: SlipwayError): boolean => transient || code === 'store-failed';

const isStop = (error: unknown): boolean =>
  error instanceof SlipwayError && (error.code === 'cancelled' || error.code === 'lease-lost');

function timeoutError(timeoutMs: number, phase: string | undefined, cause: unknown): SlipwayError {
  const minutes = Math.round(timeoutMs / 6000) / 10;
  return new SlipwayError(
    'timeout',
    `Stopped after ${minutes} min${phase === undefined ? '' : ` in the phase ${phase}`}.`,
    {
      help: 'Make the build quicker, or give it more time: `build.timeout` in `.github/slipway.yml`, or BUILD_TIMEOUT of the server.',
      cause,
    },
  );
}
