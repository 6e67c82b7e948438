import type { Artifact } from '../terms.ts';
import { bumpVersion } from './bump-version.ts';

/**
 * The artifact of a bump label at the version that comes next now; any other one as it is.
 *
 * @param taken versions of the service that are published or reserved
 */
export function settleBump(artifact: Artifact, taken: readonly string[]): Artifact {
  return artifact.bump === undefined ? artifact : { ...artifact, version: bumpVersion(artifact.bump, taken) };
}
