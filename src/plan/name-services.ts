import { SlipwayError } from '../errors.ts';
import type { Refusal, Service } from '../terms.ts';
import { type Configuration, configurationPath } from './configuration.ts';
import { nameService } from './name-service.ts';
import { quote } from './quote.ts';

type Wanted = Configuration['services'][number];

export type NamedServices = {
  readonly services: readonly { readonly service: Service; readonly wanted: Wanted }[];
  readonly refusals: readonly Refusal[];
};

/** The configured services under their names, and why some have none. */
export function nameServices(
  { services: configured, tags }: Configuration,
  packageJsons: ReadonlyMap<string, string | undefined>,
  registryLength: number,
): NamedServices {
  const refusals: Refusal[] = [];
  const services = configured.flatMap((wanted) => {
    const { path, name, dockerfile, type } = wanted;
    const { target, args, timeout } = wanted.build;
    try {
      const named = nameService(packageJsons.get(path), path, name, registryLength);
      const build = { args, ...(target && { target }), ...(timeout && { timeoutMs: timeout }) };
      const more = { ...(wanted.packer && { packer: wanted.packer }), ...(tags.length > 0 && { tags }) };
      return [{ wanted, service: { ...named, path, dockerfile, type, build, ...more } }];
    } catch (error) {
      refusals.push(refusalOf(error));
      return [];
    }
  });
  const seen = new Set<string>();
  for (const { name } of services.map(({ service }) => service)) {
    if (seen.has(name)) {
      refusals.push({
        reason: `Two services have the name ${quote(name)}.`,
        help: `Give each a name of its own, in its package.json's "service_name" or as \`name\` in \`${configurationPath}\`.`,
      });
      break;
    }
    seen.add(name);
  }
  return { services, refusals };
}

function refusalOf(error: unknown): Refusal {
  if (!(error instanceof SlipwayError)) throw error;
  return {
    reason: error.message,
    help: error.help ?? 'Correct the file, then merge again.',
    ...(error.annotation && { annotation: error.annotation }),
  };
}
