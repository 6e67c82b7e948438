import { finished, type Readable } from 'node:stream';
import type { ImageBuildOptions } from 'dockerode';
import { SlipwayError } from '../../errors.ts';
import type { Engine } from './connect-engine.ts';
import type { Follower } from './follower.ts';
import { failureIn, readMessages } from './read-messages.ts';

export type BuildRun = {
  readonly engine: Engine;
  readonly parameters: ImageBuildOptions;
  /** Opens the context, which is closed with the build; it may end with the signal before. */
  context(signal: AbortSignal): Readable;
  readonly follower: Follower;
  readonly signal: AbortSignal;
  /** Ends the build on the engine: resolves when it is gone. Never rejects. */
  stop(ended: Promise<unknown>, hangUp: () => void): Promise<void>;
};

/** What the engine said went wrong, or undefined. */
export type BuildEnd = { readonly text: string; readonly exitCode: number | undefined } | undefined;

function contextFailure(error: Error): SlipwayError {
  if (error instanceof SlipwayError) return error;
  return new SlipwayError('source-truncated', 'The build context ended before it was complete.', { cause: error });
}

/**
 * Sends the context and follows the build to its end. Rejects with the context's own error, or with that of the broken
 * connection; a build that fails is no rejection here. When the signal is aborted it ends only after the build has.
 */
export async function runBuild(run: BuildRun): Promise<BuildEnd> {
  const { engine, follower, signal } = run;
  const connection = new AbortController();
  const context = run.context(connection.signal);
  const hangUp = (): void => connection.abort();
  let contextError: SlipwayError | undefined;
  finished(context, { writable: false }, (error) => {
    // Once the connection is closed, the context ends by our own doing.
    if (!error || connection.signal.aborted) return;
    contextError = contextFailure(error);
    hangUp();
  });

  async function follow(): Promise<BuildEnd> {
    const parameters = { ...run.parameters, abortSignal: connection.signal };
    const response = (await engine.docker.buildImage(context, parameters)) as Readable;
    // Errors come out of the reading; one that comes after it must not end the process.
    response.on('error', () => response.destroy());
    let failure: BuildEnd;
    for await (const message of readMessages(response)) {
      follower.take(message);
      failure ??= failureIn(message);
    }
    return failure;
  }

  const ended = follow();
  let stopping: Promise<void> | undefined;
  const stop = (): void => {
    // No step runs before the whole context has arrived.
    if (!context.readableEnded) {
      hangUp();
      return;
    }
    stopping = run.stop(
      ended.catch(() => undefined),
      hangUp,
    );
    // An engine that could not be stopped must not keep us waiting for its answer.
    void stopping.then(hangUp);
  };
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  try {
    return await ended;
  } catch (error) {
    throw contextError ?? error;
  } finally {
    signal.removeEventListener('abort', stop);
    await stopping;
    hangUp();
    context.destroy();
  }
}
