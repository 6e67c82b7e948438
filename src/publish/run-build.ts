import type { Built } from '../build/artifact-type.ts';
import type { Outcome } from '../build-terms.ts';
import { SlipwayError } from '../errors.ts';
import { addToLogContext, type Log } from '../log.ts';
import type { Claim, GiveBack } from '../store/store.ts';
import { abandon } from './abandon.ts';
import { openBuildLog } from './build-log.ts';
import { type BuildProgress, trackProgress } from './build-progress.ts';
import { clearLeftOvers } from './clear-left-overs.ts';
import { findOwn } from './find-own.ts';
import { imageElsewhere } from './image-elsewhere.ts';
import { keepSteps } from './keep-steps.ts';
import { moveAliases } from './move-aliases.ts';
import { type NextTry, nextTry, tooManyCrashes } from './next-try.ts';
import { outcomeOfError } from './outcome-of-error.ts';
import type { Pipeline } from './pipeline.ts';
import { type Publication, publish } from './publish.ts';
import { reportProgress } from './report-progress.ts';
import { storeJournal } from './store-journal.ts';
import { watchBuild } from './watch-build.ts';

/** Seconds after which a build that could not be taken up is looked at again. */
const obstacleWait = 5;

/**
 * Runs one build to its verdict. Resolves when the verdict is in the store; its report is a job of its own.
 *
 * @throws {SlipwayError} when the worker stops or has lost the build, or when it is tried again later: it is not over,
 *   and will be handed out again
 */
export async function runBuild(pipeline: Pipeline, buildId: string, stopped: AbortSignal): Promise<void> {
  const { store } = pipeline;
  const obstacle = await pipeline.obstacle();
  if (obstacle !== undefined) {
    await store.postpone(buildId, obstacle, obstacleWait);
    throw new SlipwayError('engine-unavailable', `The build waits for the ${obstacle}.`, { transient: true });
  }
  const claim = await store.claim(buildId);
  if (claim === undefined) {
    // It ended while it waited: what an earlier try left running ends with it.
    await clearLeftOvers(pipeline, stopped);
    return;
  }
  const { build, merge, lease } = claim;
  addToLogContext({ delivery: merge.deliveryId });
  const log = pipeline.log.child({ build: build.id, delivery: merge.deliveryId });
  const elsewhere = await imageElsewhere(pipeline, build);
  if (elsewhere?.kind === 'waits') {
    await handBack(pipeline, claim, { waitSeconds: obstacleWait }, log);
    const what = `The image of the build is on the engine ${elsewhere.engineId}, which another worker has.`;
    throw new SlipwayError('engine-unavailable', what, { transient: true });
  }
  if (elsewhere !== undefined) {
    const what = `The engine ${elsewhere.engineId}, which has the image, has been gone for 10 minutes: the image is built anew.`;
    await store.appendLog(build.id, `${what}\n`);
    log.warn({ engine: elsewhere.engineId }, what);
  }
  const result = await work(pipeline, claim, log, stopped).catch(async (error: unknown) => {
    // The worker stops: no try is spent. Else somebody else has it, and nothing is to be given back.
    if (isStop(error)) await handBack(pipeline, claim, { waitSeconds: 0 }, log);
    throw error;
  });
  if ('next' in result) {
    const { phase: failed, waitSeconds } = result.next;
    await handBack(pipeline, claim, { failed, waitSeconds }, log);
    throw new SlipwayError('store-failed', `The phase ${failed} is tried again.`, { cause: result.error });
  }
  const { outcome, built } = result;
  await store.endBuild(build.id, lease, outcome);
  log.info(
    { verdict: outcome.verdict, fault: outcome.fault, digest: outcome.digest, reason: outcome.reason },
    `${build.artifact.service.name}:${build.artifact.version} ${outcome.verdict}`,
  );
  if (built !== undefined) await pipeline.builders[build.artifact.service.type].discard(built, build.id);
  const open = (await store.buildsOf(merge.id)).some(({ state }) => state !== 'ended');
  if (!open) await pipeline.shelf.release(merge.id);
}

async function handBack({ store }: Pipeline, { build, lease }: Claim, back: GiveBack, log: Log): Promise<void> {
  try {
    await store.giveBack(build.id, lease, back);
  } catch (error) {
    // Another worker has it, or the store is away: then the job is handed out again when this worker is found dead.
    log.warn({ err: error }, 'the build could not be given back');
  }
}

/** The verdict and what the engine still holds of the build, or the try that comes next. */
type Worked =
  | { readonly outcome: Outcome; readonly built: Built | undefined }
  | { readonly next: NextTry; readonly error: unknown };

async function work(pipeline: Pipeline, claim: Claim, log: Log, stopped: AbortSignal): Promise<Worked> {
  const { build, merge } = claim;
  const { service, version } = build.artifact;
  const timeoutMs = service.build.timeoutMs ?? pipeline.buildTimeout;
  const deadline = new AbortController();
  // Earlier tries count, the waits between them do not.
  const timer = setTimeout(() => deadline.abort(), Math.max(0, timeoutMs - build.workedMs));
  const watch = watchBuild(pipeline.store, claim, log);
  // A stop of this worker is no end of the build: what runs beside us may run on, for the one that takes it up.
  const leaving = new AbortController();
  const left = new SlipwayError('worker-lost', 'This worker stops.');
  const leave = () => leaving.abort(left);
  if (stopped.aborted) leave();
  stopped.addEventListener('abort', leave, { once: true });
  const signal = AbortSignal.any([leaving.signal, deadline.signal, watch.signal]);
  const progress = trackProgress();
  const buildLog = openBuildLog({ append: (text, stepId) => pipeline.store.appendLog(build.id, text, stepId), log });
  const reporting = reportProgress(pipeline, { build, merge, progress, log });
  const steps = keepSteps(pipeline.store, claim, { progress, log });
  let notes: readonly string[] = [];
  let built: Built | undefined = build.staged ?? build.built;
  const journal = storeJournal(pipeline.store, claim, {
    phase(phase) {
      progress.phase = phase;
      log.info({ phase }, `phase ${phase}`);
      reporting.changed();
    },
    staged: ({ digest }) => log.info({ digest }, 'staged'),
    built(image) {
      built = image;
    },
    event(event) {
      progress.take(event);
      if (event.kind === 'log') buildLog.write(event.text, event.stepId);
      if (event.kind === 'step') steps.changed();
      if (event.kind === 'note') {
        notes = [...notes, event.text];
        buildLog.write(`Note: ${event.text}\n`);
      }
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
    noCache: build.noCache,
    async source() {
      const source = await pipeline.shelf.obtain(merge, () => pipeline.githubAtOnce(merge.installationId), signal);
      notes = [...source.notes];
      for (const note of notes) buildLog.write(`Note: ${note}\n`);
      return source;
    },
    built: build.built,
    staged: build.staged,
  };
  const published = (reason: string, digest: string, size: number): Outcome => {
    return { verdict: 'published', reason, digest, size, notes, steps: progress.steps() };
  };
  try {
    const crashed = tooManyCrashes(build);
    if (crashed !== undefined) throw crashed;
    const { reference, digest, size, isNew } = await publish(pipeline, publication, journal, signal);
    const reason = isNew
      ? `Published as \`${reference}\`.`
      : `\`${reference}\` was published from this commit already.`;
    return { outcome: published(reason, digest, size), built };
  } catch (error) {
    const watched = isStop(error) ? watch.reason() : undefined;
    if (isLost(watched)) throw watched;
    if (isLost(error)) throw error;
    if (watched === undefined && stopped.aborted && (isStop(error) || error === left)) {
      throw new SlipwayError('cancelled', 'The worker stops; the build is handed out again.', { cause: error });
    }
    log.warn({ err: error, phase: progress.phase }, 'the build ended with an error');
    const timedOut = watched === undefined && deadline.signal.aborted && isStop(error);
    const seen = watched ?? (timedOut ? timeoutError(timeoutMs, progress, error) : error);
    if (seen instanceof SlipwayError) buildLog.write(`${seen.message}\n`);
    const next = nextTry(seen, { build, phase: progress.phase ?? 'fetch', waits: pipeline.waits });
    if (next !== undefined) {
      const { phase, number, of, waitSeconds } = next;
      buildLog.write(
        `Try ${number - 1} of ${of} of the phase ${phase} has failed; the next one is in ${waitSeconds} s.\n`,
      );
      return { next, error };
    }
    const end = (): Outcome => outcomeOfError(seen, { phase: progress.phase, steps: progress.steps(), notes });
    const own = end().verdict === 'failed' ? await findOwn(pipeline, publication) : undefined;
    if (own !== undefined) {
      // The registry has the last word: a version that people can pull did not fail.
      const { artifact, identity } = publication;
      const type = pipeline.builders[service.type];
      const tags = await moveAliases(type, { artifact, digest: own.digest, identity, log });
      for (const text of tags) journal.event({ kind: 'note', text });
      const reason = 'Published; the answer was lost on the way, and the version was found by its labels.';
      return { outcome: published(reason, own.digest, own.size), built };
    }
    await abandon(pipeline, publication, journal.event);
    return { outcome: end(), built };
  } finally {
    clearTimeout(timer);
    stopped.removeEventListener('abort', leave);
    watch.stop();
    await Promise.all([buildLog.close(), reporting.stop(), steps.stop()]);
  }
}

const isStop = (error: unknown): boolean => error instanceof SlipwayError && error.code === 'cancelled';

const isLost = (error: unknown): boolean => error instanceof SlipwayError && error.code === 'lease-lost';

/** Says in which phase, in which step, and after how long. */
function timeoutError(timeoutMs: number, progress: BuildProgress, cause: unknown): SlipwayError {
  const time = timeoutMs < 60_000 ? `${timeoutMs / 1000} s` : `${Math.round(timeoutMs / 6000) / 10} min`;
  const phase = progress.phase === undefined ? '' : ` in the phase ${progress.phase}`;
  // The engine has ended the step that it was in: the last one that began is the one.
  const begun = progress.steps().filter(({ startedAt, cached }) => startedAt !== undefined && !cached);
  const step = begun.sort((a, b) => Number(a.startedAt) - Number(b.startedAt)).at(-1);
  const at = step === undefined || progress.phase !== 'build' ? '' : `, in the step \`${step.name}\``;
  return new SlipwayError('timeout', `Stopped after ${time} of work${phase}${at}.`, {
    help: 'Make the build quicker, or give it more time: `build.timeout` in `.github/slipway.yml`, or BUILD_TIMEOUT of the server.',
    cause,
  });
}
