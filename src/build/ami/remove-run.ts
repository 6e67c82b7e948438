import type { Log } from '../../log.ts';
import type { Containers } from '../docker/containers.ts';
import { containerName, sourceName } from './packer-names.ts';

/** Takes a run of Packer that has ended off the engine: its container, its work folder, the tree. Never rejects. */
export async function removeRun(containers: Containers, log: Log, buildId: string): Promise<void> {
  try {
    await (await containers.find(containerName(buildId)))?.remove();
    await containers.removeVolume(sourceName(buildId));
  } catch (error) {
    log.warn({ err: error, build: buildId }, 'a run of Packer could not be removed from the engine');
  }
}
