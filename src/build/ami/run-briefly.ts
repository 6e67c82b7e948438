import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import { SlipwayError } from '../../errors.ts';
import type { ContainerEnd, ContainerPlan, Containers } from '../docker/containers.ts';

const label = 'dev.slipway.doctor';
/** Bytes of output. */
const longest = 2 ** 18;

export type BriefRun = Pick<ContainerPlan, 'image' | 'command' | 'memory' | 'processes'> & {
  readonly environment?: Readonly<Record<string, string>>;
  /** What it sees at `/source`; nothing where absent. */
  tar?(): Readable;
  readonly signal: AbortSignal;
};

/**
 * Runs a program of Packer's image for a moment, in a container without a network that is gone afterwards.
 *
 * @throws {SlipwayError} of the engine; `cancelled`; `build-failed` for an endless output
 */
export async function runBriefly(
  containers: Containers,
  { image, command, environment, memory, processes, tar, signal }: BriefRun,
): Promise<{ readonly said: Buffer; readonly end: ContainerEnd }> {
  const name = `slipway-doctor-${randomUUID()}`;
  const labels = { [label]: name };
  try {
    if (tar !== undefined) await containers.fillVolume({ name, image, labels, tar });
    if (signal.aborted) throw new SlipwayError('cancelled', 'Stopped before Packer was asked.');
    const container = await containers.create({
      name,
      image,
      command,
      environment: { ...environment, CHECKPOINT_DISABLE: '1' },
      labels,
      source: name,
      memory,
      processes,
      isolated: true,
    });
    await container.start();
    const chunks: Buffer[] = [];
    let length = 0;
    const end = await container.follow(signal, (piece) => {
      length += piece.length;
      if (length > longest) throw new SlipwayError('build-failed', 'Packer says more than anybody could read.');
      chunks.push(piece);
    });
    return { said: Buffer.concat(chunks), end };
  } finally {
    await (await containers.find(name))?.remove();
    await containers.removeVolume(name);
  }
}
