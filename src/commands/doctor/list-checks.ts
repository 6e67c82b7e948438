import { readFileSync } from 'node:fs';
import type { Environment } from '../../environment.ts';
import type { Log } from '../../log.ts';
import { readRegistrySettings, readSetUpSettings, readStoreSettings } from '../../settings.ts';
import { appChecks } from './app-checks.ts';
import type { Check } from './check.ts';
import { checkDatabase } from './check-database.ts';
import { checkDataDisk } from './check-disk.ts';
import { checkNode } from './check-node.ts';
import { checkPublicUrl } from './check-public-url.ts';
import { checkSettings } from './check-settings.ts';
import { engineChecks } from './engine-checks.ts';
import { registryChecks } from './registry-checks.ts';
import { templateChecks } from './template-checks.ts';
import { withKeptApp } from './with-kept-app.ts';

const packageFile = new URL('../../../package.json', import.meta.url);

/**
 * Everything that the doctor asks. Each check reads its own settings, so that one wrong setting hides nothing else.
 *
 * @param dir folder of a repository whose templates are to be validated
 * @throws {SlipwayError} `bad-usage` where there is no such folder
 */
export async function listChecks(
  given: Environment,
  { dir, log }: { readonly dir: string | undefined; readonly log: Log },
): Promise<readonly Check[]> {
  const environment = withKeptApp(given);
  const { engines } = JSON.parse(readFileSync(packageFile, 'utf8')) as { engines: { node: string } };
  return [
    checkNode(process.versions.node, engines.node),
    checkSettings(given),
    ...engineChecks(environment),
    ...(await templateChecks(environment, dir, log)),
    ...registryChecks(() => readRegistrySettings(environment), log),
    ...appChecks(environment, log),
    checkPublicUrl(() => readSetUpSettings(environment)),
    checkDatabase(() => readStoreSettings(environment), log),
    checkDataDisk(() => readStoreSettings(environment)),
  ];
}
