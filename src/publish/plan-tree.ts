import path from 'node:path';
import type { TouchedFilesOf } from '../fetch/list-touched-files.ts';
import type { GitHub } from '../github.ts';
import { configurationPath } from '../plan/configuration.ts';
import { makePlan } from '../plan/make-plan.ts';
import { matchesBranch } from '../plan/matches-branch.ts';
import { readConfiguration } from '../plan/read-configuration.ts';
import { titleDecides } from '../plan/title-decides.ts';
import type { Plan, PullRequest } from '../terms.ts';
import { authorMayWrite } from './author-may-write.ts';
import type { Pipeline } from './pipeline.ts';
import { readTouchedFiles } from './read-touched-files.ts';
import { registryAddress } from './registry-address.ts';

type Asked = Pick<
  PullRequest,
  'repositoryId' | 'owner' | 'repo' | 'number' | 'title' | 'labels' | 'baseRef' | 'author'
>;

/** The files that would be merged. */
export type Tree = {
  /** Text of a file; undefined where there is none. */
  read(path: string): Promise<string | undefined>;
  readonly touchedFiles: TouchedFilesOf;
};

/**
 * What merging a pull request publishes, by one text of slipway.yml.
 *
 * @throws {SlipwayError} `configuration-invalid`; when GitHub cannot be reached
 */
export async function planTree(
  { registry, store }: Pick<Pipeline, 'registry' | 'store'>,
  github: GitHub,
  pullRequest: Asked,
  configurationText: string | undefined,
  { read, touchedFiles }: Tree,
): Promise<Plan> {
  const configuration = readConfiguration(configurationText);
  if (!matchesBranch(configuration, pullRequest.baseRef)) {
    return { kind: 'ignored', reason: `${pullRequest.baseRef} is not among the branches of \`${configurationPath}\`` };
  }
  const packageJsons = new Map<string, string | undefined>();
  for (const { path: folder, name } of configuration.services) {
    if (name === undefined) packageJsons.set(folder, await read(path.posix.join(folder, 'package.json')));
  }
  const touched = await readTouchedFiles(touchedFiles, configuration);
  return makePlan({
    pullRequest,
    configuration,
    ...(touched === undefined ? {} : { touched }),
    hasConfiguration: configurationText !== undefined,
    hasRootDockerfile: configurationText !== undefined || (await read('Dockerfile')) !== undefined,
    packageJsons,
    authorMayWrite: titleDecides(pullRequest) && (await authorMayWrite({ store }, github, pullRequest)),
    registry: registryAddress(registry),
  });
}
