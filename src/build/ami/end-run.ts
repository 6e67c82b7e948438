import type { BuildEvent } from '../../build-terms.ts';
import type { AmiDeps } from './ami-deps.ts';
import { followRun } from './follow-run.ts';
import { containerName } from './packer-names.ts';
import { removeRun } from './remove-run.ts';

/** Milliseconds that Packer has to take its instance down. */
export const usualGrace = 5 * 60_000;

/**
 * Ends a run of Packer that nobody follows any more, as a cancel would, and takes it off the engine. Never rejects.
 *
 * @returns names of what Packer made meanwhile; undefined where there was no run
 */
export async function endRun(
  { containers, log }: Pick<AmiDeps, 'containers' | 'log'>,
  buildId: string,
  onEvent: (event: BuildEvent) => void,
  grace = usualGrace,
): Promise<ReadonlySet<string> | undefined> {
  let mentioned: ReadonlySet<string> | undefined;
  try {
    const container = await containers.find(containerName(buildId));
    if (container?.started) {
      ({ mentioned } = (await followRun(container, { signal: AbortSignal.abort(), onEvent, grace }, log)).story);
    }
  } catch (error) {
    log.warn({ err: error, build: buildId }, 'a run of Packer could not be ended in order');
    const text =
      'Whether Packer still runs on the engine could not be asked; it is ended at the next start of a worker.';
    onEvent({ kind: 'note', text });
    return undefined;
  }
  await removeRun(containers, log, buildId);
  return mentioned;
}
