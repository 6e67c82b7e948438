import type { BuildEvent } from '../../build-terms.ts';
import { SlipwayError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { Container, ContainerEnd } from '../docker/containers.ts';
import { followPacker, type PackerStory } from './follow-packer.ts';
import { manifestPath } from './packer-command.ts';
import { createRedactor } from './redactor.ts';
import { secretsOf } from './secrets-of.ts';

export type FollowedRun = {
  readonly signal: AbortSignal;
  onEvent(event: BuildEvent): void;
  /** Milliseconds that Packer has to take down what it made. */
  readonly grace: number;
};

export type PackerEnd = ContainerEnd & {
  readonly story: PackerStory;
  /** What the manifest post-processor wrote. */
  readonly manifest: string | undefined;
  /** It was stopped by us. */
  readonly interrupted: boolean;
};

/** Whether another worker goes on with a build: then what runs is left to it. */
const isLeft = ({ reason }: AbortSignal): boolean =>
  reason instanceof SlipwayError && (reason.code === 'lease-lost' || reason.code === 'worker-lost');

export const stopped = (signal: AbortSignal): SlipwayError =>
  new SlipwayError('cancelled', 'Stopped while Packer was at work.', { cause: signal.reason });

/**
 * Reads what Packer says to its end. When the signal ends, Packer gets SIGINT and its grace to take its instance down,
 * unless another worker goes on with the build.
 *
 * @throws {SlipwayError} of the engine; `cancelled` where the build is left to another worker
 */
export async function followRun(container: Container, run: FollowedRun, log: Log): Promise<PackerEnd> {
  const { signal, onEvent, grace } = run;
  // What it was given: a worker that takes it up may have newer keys.
  const redactor = createRedactor(secretsOf(container.environment));
  const follower = followPacker({ redactor, onEvent });
  const reading = new AbortController();
  let interrupted = false;
  let killing: NodeJS.Timeout | undefined;
  const send = (name: 'SIGINT' | 'SIGKILL') =>
    container.signal(name).catch((error: unknown) => log.warn({ err: error }, `Packer could not be sent ${name}`));
  const stop = (): void => {
    if (isLeft(signal)) {
      reading.abort();
      return;
    }
    interrupted = true;
    onEvent({ kind: 'log', text: 'Packer is asked to stop, and to take down what it made.\n' });
    void send('SIGINT');
    killing = setTimeout(() => {
      onEvent({ kind: 'log', text: `Packer did not stop within ${Math.round(grace / 1000)} s and is killed.\n` });
      void send('SIGKILL');
    }, grace);
  };
  signal.addEventListener('abort', stop, { once: true });
  try {
    if (signal.aborted) stop();
    const end = await container.follow(reading.signal, (piece) => follower.add(piece));
    const manifest = end.status === 0 ? await container.read(manifestPath) : undefined;
    return { ...end, story: follower.end(), manifest: manifest?.toString('utf8'), interrupted };
  } catch (error) {
    follower.end();
    throw reading.signal.aborted ? stopped(signal) : error;
  } finally {
    clearTimeout(killing);
    signal.removeEventListener('abort', stop);
  }
}
