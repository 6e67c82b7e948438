import type { Staged } from '../build-terms.ts';
import { SlipwayError } from '../errors.ts';
import { buildLabel } from '../identity.ts';
import type { Log } from '../log.ts';
import type { ImageFacts } from './read-image.ts';
import type { Registry } from './registry.ts';

/**
 * Takes a published build's tag out of staging. Registries delete by digest only, and take **every** tag of the digest
 * along; staging is shared. So it is done only for an image that carries this very build's id as a label: a digest
 * covers the labels, hence no other build can have staged the same one. Anything else stays.
 *
 * Never fails: the version is published, and a tag that is left over does no harm.
 */
export async function removeStaged(
  registry: Registry,
  removal: {
    readonly from: string;
    readonly staged: Staged;
    readonly labels: ImageFacts['labels'];
    readonly signal: AbortSignal;
    readonly log: Log;
  },
): Promise<void> {
  const { from, staged, labels, signal, log } = removal;
  const left = { tag: `${from}:${staged.tag}`, digest: staged.digest };
  if (labels[buildLabel] !== staged.tag) {
    log.warn(left, 'the tag stays in staging: the image does not name its build, others may have the same digest');
    return;
  }
  try {
    const deleted = await registry.deleteManifest(from, staged.digest, signal);
    if (!deleted) log.info(left, 'the tag stays in staging: the registry does not delete');
  } catch (error) {
    if (!(error instanceof SlipwayError)) throw error;
    log.warn({ ...left, err: error }, 'the tag stays in staging: it could not be deleted');
  }
}
