import type { Readable } from 'node:stream';
import type { Log } from '../../log.ts';
import type { Container, ContainerPlan, Containers } from '../docker/containers.ts';
import { type FollowedRun, followRun, type PackerEnd, stopped } from './follow-run.ts';
import { containerName, packerLabel, sourceName } from './packer-names.ts';

export type PackerRun = FollowedRun &
  Pick<ContainerPlan, 'image' | 'command' | 'environment' | 'memory' | 'processes'> & {
    readonly buildId: string;
    /** The service's folder. */
    tar(): Readable;
  };

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

/**
 * Runs Packer to its end, in a container that outlives this worker.
 *
 * @throws {SlipwayError} of the engine; `cancelled` where nothing was started, or the build is left to another worker
 */
export async function runPacker(deps: { containers: Containers; log: Log }, run: PackerRun): Promise<PackerEnd> {
  if (run.signal.aborted) throw stopped(run.signal);
  return await followRun(await obtain(deps.containers, run), run, deps.log);
}
