import type { Existing } from '../build/artifact-type.ts';
import { sameIdentity } from '../identity.ts';
import type { Publication } from './publish.ts';
import type { Tools } from './tools.ts';

/** Milliseconds for the answer. */
const patience = 30_000;

/**
 * The version, where it is published from this very commit: an answer can be lost, or the worker die, behind the point of
 * no return. What cannot be asked counts as not there; that is said in the log.
 */
export async function findOwn(
  { builders, log }: Tools,
  { artifact, buildId, identity }: Publication,
): Promise<Existing | undefined> {
  try {
    const signal = AbortSignal.timeout(patience);
    const existing = await builders[artifact.service.type].find({ buildId, artifact, signal });
    return existing !== undefined && sameIdentity(existing.identity, identity) ? existing : undefined;
  } catch (error) {
    log.warn({ err: error, build: buildId }, 'before its end as failed, a version could not be looked for');
    return undefined;
  }
}
