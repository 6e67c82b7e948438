import path from 'node:path';
import { openFolder } from '../fetch/open-folder.ts';
import type { Source } from '../fetch/source.ts';
import { type Configuration, configurationPath } from '../plan/configuration.ts';
import { readConfiguration } from '../plan/read-configuration.ts';

const limits = { bytes: 2 ** 31, entries: 200_000 };

/** A folder that holds a repository, and what it says of its services. */
export type RepositoryFolder = {
  readonly source: Source;
  readonly configuration: Configuration;
  /** False where there is no slipway.yml: then the configuration is the default. */
  readonly hasConfiguration: boolean;
  /** Text of package.json by the service's path, for services that have no name in slipway.yml. */
  readonly packageJsons: ReadonlyMap<string, string | undefined>;
};

/** @throws {SlipwayError} `bad-usage` when there is no such folder, `configuration-invalid` */
export async function readFolder(dir: string): Promise<RepositoryFolder> {
  const source = await openFolder({ dir, limits });
  const text = await source.read(configurationPath);
  const configuration = readConfiguration(text);
  const packageJsons = new Map<string, string | undefined>();
  for (const { path: folder, name } of configuration.services) {
    if (name === undefined) packageJsons.set(folder, await source.read(path.posix.join(folder, 'package.json')));
  }
  return { source, configuration, hasConfiguration: text !== undefined, packageJsons };
}
