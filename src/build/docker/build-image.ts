import { Readable } from 'node:stream';
import { SlipwayError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { Built } from '../artifact-type.ts';
import { buildParameters } from './build-parameters.ts';
import type { Engine } from './connect-engine.ts';
import { type BuildFailure, explainBuildFailure } from './explain-build-failure.ts';
import { engineWords, explainEngineError, statusOf } from './explain-engine-error.ts';
import { followBuildkit } from './follow-buildkit.ts';
import { followClassic } from './follow-classic.ts';
import type { ImageBuildRequest } from './image-builder.ts';
import { keepCache } from './keep-cache.ts';
import { openSession, type PullCredentials, type Session } from './open-session.ts';
import { parseDockerfile } from './parse-dockerfile.ts';
import { type BuildEnd, type BuildRun, runBuild } from './run-build.ts';
import { cancelBuild, containerGone, stopBuildkit } from './stop-build.ts';

/** Which of the engine's builders builds; `auto`: BuildKit where the engine has it. */
export type BuilderChoice = 'buildkit' | 'classic' | 'auto';

export type BuildDeps = {
  readonly engine: Engine;
  readonly log: Log;
  readonly builder: BuilderChoice;
  /** For base images in a registry that asks for them. */
  readonly pullCredentials: PullCredentials | undefined;
};

const doing = 'building the image';

/** Runs the build; what the engine refuses before it begins is an end like any other. */
async function endOf(run: BuildRun): Promise<BuildEnd> {
  try {
    return await runBuild(run);
  } catch (error) {
    const status = statusOf(error);
    const text = engineWords(error);
    // The classic builder answers 400 to a Dockerfile that it cannot read, and 500 where there is none.
    if (status === 400 || (status === 500 && text.includes('Dockerfile'))) return { text, exitCode: undefined };
    throw explainEngineError(error, doing);
  }
}

export async function buildImage(deps: BuildDeps, request: ImageBuildRequest): Promise<Built> {
  const { engine, pullCredentials } = deps;
  const { signal, source, artifact, buildId, onEvent } = request;
  const log = deps.log.child({ build: buildId });
  const { target, args } = artifact.service.build;
  const cancelled = (): SlipwayError =>
    new SlipwayError('cancelled', `Stopped while ${doing}.`, { cause: signal.reason });
  if (signal.aborted) throw cancelled();

  // Who builds is asked beside the build; what is known from the last time says which builder the engine has.
  const asked = engine.identity();
  asked.catch(() => undefined);
  const choice = engine.lastIdentity() ?? (await asked);
  const buildkit = deps.builder === 'auto' ? choice.buildkit : deps.builder === 'buildkit';
  const dockerfile = parseDockerfile(source.dockerfileText, args);
  const classic = buildkit ? undefined : followClassic(onEvent);
  const follower = classic ?? followBuildkit(onEvent);
  // A worker that was lost may have left this very build running.
  const ended = buildkit ? cancelBuild(engine, buildId) : undefined;
  ended?.catch(() => undefined);
  // Files one by one spare the engine the unpacking of a tar, which takes longer than the build of a small service.
  const small = buildkit ? source.smallContext(signal) : Promise.resolve(undefined);
  small.catch(() => undefined);
  let session: Session | undefined;

  async function stop(ended: Promise<unknown>, hangUp: () => void): Promise<void> {
    try {
      if (buildkit) return await stopBuildkit(engine, buildId, ended);
      hangUp();
      await containerGone(engine, classic?.container());
    } catch (error) {
      log.warn({ err: error }, 'the engine could not be asked to stop a build');
    }
  }

  async function keep(outcome: 'built' | 'failed'): Promise<void> {
    if (!classic) return;
    try {
      await keepCache(engine, { service: artifact.service.name, outcome, stages: classic.stages() });
    } catch (error) {
      log.warn({ err: error }, 'the classic builder’s cache could not be kept');
    }
  }

  try {
    if (buildkit) session = await openSession(engine, pullCredentials, small, signal);
    await ended;
    const held = await small;
    const context = held ? () => Readable.from([]) : source.context.bind(source);
    const parameters = buildParameters(
      request,
      dockerfile,
      session && { id: session.id, sendsFiles: held !== undefined },
      pullCredentials,
    );
    const end = await endOf({ engine, parameters, context, follower, signal, stop });
    follower.end(end?.text);
    const imageId = follower.imageId();
    if (end === undefined && imageId !== undefined) {
      await keep('built');
      return { imageId, engineId: (await asked).id };
    }
    await keep('failed');
    if (end) throw explainBuildFailure(failureOf(end));
    throw new SlipwayError('engine-lost', 'The engine ended its answer without naming an image.', {
      help: 'Slipway tries again by itself.',
      transient: true,
    });
  } catch (error) {
    follower.end();
    if (!signal.aborted) throw explainEngineError(error, doing);
    await keep('failed');
    throw cancelled();
  } finally {
    session?.close();
  }

  function failureOf({ text, exitCode }: NonNullable<BuildEnd>): BuildFailure {
    const place = follower.place(text);
    return { text, exitCode, place, dockerfile, dockerfilePath: source.dockerfilePath, target };
  }
}
