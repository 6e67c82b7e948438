import type { ArtifactBuilder } from '../build/artifact-type.ts';
import type { Log } from '../log.ts';
import type { ArtifactType } from '../terms.ts';

/** What every publication needs, whether a merge or a person asked for it. */
export type Tools = {
  readonly builders: Readonly<Record<ArtifactType, ArtifactBuilder>>;
  readonly log: Log;
};
