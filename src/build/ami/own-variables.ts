import type { Artifact } from '../../terms.ts';
import { amiName } from './ami-name.ts';
import { workFolder } from './packer-command.ts';

/**
 * The variables that Slipway sets for a template.
 *
 * @throws {SlipwayError} `service-name-invalid` where no machine image can have the name
 */
export const ownVariables = (of: {
  readonly artifact: Pick<Artifact, 'service' | 'version'>;
  readonly commit: string;
  readonly buildId: string;
}): Readonly<Record<string, string>> => ({
  service_name: of.artifact.service.name,
  version: of.artifact.version,
  commit: of.commit,
  build: of.buildId,
  ami_name: amiName(of.artifact, of.commit),
  work: workFolder,
});
