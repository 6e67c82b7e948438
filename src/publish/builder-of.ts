import type { ArtifactBuilder } from '../build/artifact-type.ts';
import { SlipwayError } from '../errors.ts';
import type { ArtifactType } from '../terms.ts';
import type { Tools } from './tools.ts';

/** @throws {SlipwayError} `unsupported` for a type that this program cannot build */
export function builderOf(tools: Tools, type: ArtifactType): ArtifactBuilder {
  const builder = tools.builders[type];
  if (builder !== undefined) return builder;
  throw new SlipwayError('unsupported', `Artifacts of type \`${type}\` cannot be published yet.`, {
    help: 'Only `docker` can be published so far.',
  });
}
