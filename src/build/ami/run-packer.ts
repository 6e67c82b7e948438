import type { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { SlipwayError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { BuildEvent } from '../../terms.ts';
import type { Container, ContainerEnd, ContainerPlan, Containers } from '../docker/containers.ts';
import { followPacker, type PackerStory } from './follow-packer.ts';
import { manifestPath } from './packer-command.ts';
import { containerName, packerLabel, sourceName } from './packer-names.ts';
import type { Redactor } from './redactor.ts';

export type PackerRun = Pick<ContainerPlan, 'image' | 'command' | 'environment' | 'memory' | 'processes'> & {
  readonly buildId: string;
  /** The service's folder. */
  tar(): Readable;
  readonly redactor: Redactor;
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
export const isLeft = ({ reason }: AbortSignal): boolean =>
  reason instanceof SlipwayError && (reason.code === 'lease-lost' || reason.code === 'worker-lost');

const stopped = (signal: AbortSignal): SlipwayError =>
  new SlipwayError('cancelled', 'Stopped while Packer was at work.', { cause: signal.reason });

/** The container of a build: that of an earlier worker, which runs on by itself, or a new one. */
async function obtain(containers: Containers, run: PackerRun): Promise<Container> {
  const { buildId, image, signal, command, environment, memory, processes, onEvent } = run;
  const name = containerName(buildId);
  const earlier = await containers.find(name);
  if (earlier?.started) {
    onEvent({ kind: 'log', text: 'Packer runs already, for an earlier worker; this is what it said and says.\n' });
    return earlier;
  }
  await earlier?.remove();
  await containers.ensureImage(image, signal);
  const labels = { [packerLabel]: buildId };
  const source = sourceName(buildId);
  await containers.fillVolume({ name: source, image, labels, tar: run.tar });
  if (signal.aborted) throw stopped(signal);
  const container = await containers.create({ name, image, command, environment, labels, source, memory, processes });
  await container.start();
  return container;
}

/** How the container ended. Its output ends a moment before it does. */
async function endOf(container: Container): Promise<ContainerEnd> {
  for (let tries = 0; tries < 100; tries += 1) {
    const end = await container.end();
    if (end !== undefined) return end;
    await pause(50);
  }
  throw new SlipwayError('engine-lost', 'The engine stopped telling what Packer says.', {
    help: 'Slipway tries again by itself, and finds the same Packer.',
    transient: true,
  });
}

/**
 * Runs Packer to its end, in a container that outlives this worker. When the signal ends, Packer gets SIGINT and its grace
 * to take its instance down, unless another worker goes on with the build.
 *
 * @throws {SlipwayError} of the engine; `cancelled` where the build is left to another worker
 */
export async function runPacker(deps: { containers: Containers; log: Log }, run: PackerRun): Promise<PackerEnd> {
  const { signal, redactor, onEvent, grace } = run;
  const { log } = deps;
  if (signal.aborted) throw stopped(signal);
  const container = await obtain(deps.containers, run);
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
    for await (const chunk of container.output(reading.signal)) follower.add(chunk);
    const end = await endOf(container);
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
