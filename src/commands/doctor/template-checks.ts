import { hasImage } from '../../build/docker/has-image.ts';
import type { Environment } from '../../environment.ts';
import { SlipwayError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import { nameServices } from '../../plan/name-services.ts';
import { openTools } from '../../publish/open-tools.ts';
import { readFolder } from '../read-folder.ts';
import { type Check, type Finding, fails, ok } from './check.ts';
import { checkTemplate } from './check-template.ts';
import { packerIfSet } from './packer-if-set.ts';

const told = (finding: Finding): readonly Check[] => [{ name: 'Packer templates', run: async () => finding }];

/**
 * A check for each service of a repository that is made by a template.
 *
 * @param dir the repository's folder; undefined: what is said is how to ask
 * @throws {SlipwayError} `bad-usage` where there is no such folder
 */
export async function templateChecks(
  environment: Environment,
  dir: string | undefined,
  log: Log,
): Promise<readonly Check[]> {
  const image = packerIfSet(environment)?.image;
  if (dir === undefined) {
    if (image === undefined) return [];
    return told(ok('not asked for: `slipway doctor DIR` validates those of the repository in the folder DIR'));
  }
  try {
    return await checksOf(environment, dir, image, log);
  } catch (error) {
    if (!(error instanceof SlipwayError) || error.code === 'bad-usage') throw error;
    return told(fails(error.message, error.help ?? 'Correct it.'));
  }
}

async function checksOf(
  environment: Environment,
  dir: string,
  image: string | undefined,
  log: Log,
): Promise<readonly Check[]> {
  const { source, configuration, packageJsons } = await readFolder(dir);
  const { services, refusals } = nameServices(configuration, packageJsons, 0);
  const [refusal] = refusals;
  if (refusal !== undefined) return told(fails(refusal.reason, refusal.help));
  const { tools, engine } = openTools({ registry: undefined, environment, log });
  const checks = services.flatMap(({ service }) => {
    const { validate } = tools.builders[service.type];
    if (validate === undefined) return [];
    const questions = {
      has: (reference: string) => hasImage(engine, reference),
      validate: (signal: AbortSignal) => validate({ service, source, signal }),
    };
    return [checkTemplate(service.name, image, questions)];
  });
  return checks.length > 0 ? checks : told(ok(`no service of ${dir} is made by one`));
}
