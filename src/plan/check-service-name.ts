import { SlipwayError } from '../errors.ts';
import type { Annotation } from '../terms.ts';
import { configurationPath } from './configuration.ts';
import { quote } from './quote.ts';

/** A repository's name in the OCI Distribution Spec 1.1, without its length. */
const repositoryName = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;

/** The registry, a slash and the name together: what the specification recommends and registries enforce. */
const longest = 255;

/**
 * A service name as it stands, or the reason why it is none.
 *
 * @param from where it was read, for people
 * @param registryLength characters of the registry's address with its prefix
 * @param annotation points to where it stands, given what is wrong
 * @throws {SlipwayError} `service-name-invalid`
 */
export function checkServiceName(
  name: string,
  from: string,
  registryLength: number,
  annotation?: (message: string) => Annotation,
): string {
  const refuse = (message: string, help: string): SlipwayError =>
    new SlipwayError('service-name-invalid', `The service name ${quote(name)} (${from}) ${message}.`, {
      help,
      ...(annotation === undefined ? {} : { annotation: annotation(`The service name ${quote(name)} ${message}.`) }),
    });
  const most = longest - registryLength - 1;
  if (name.length > most) {
    throw refuse(
      `has ${name.length} characters, and with this registry's address it may have ${most}`,
      'Choose a shorter name.',
    );
  }
  if (!repositoryName.test(name)) {
    throw refuse(
      'is no name of a repository in a registry: expected lower-case letters and digits, with `.`, `_`, `__`, `-` or `/` only between them',
      `Choose a name such as ${quote(suggestion(name))}, in package.json's "service_name" or as \`name\` in \`${configurationPath}\`.`,
    );
  }
  if (name.startsWith('slipway-')) {
    throw refuse('begins with `slipway-`, which is kept for Slipway itself', 'Choose another name.');
  }
  return name;
}

/** Said, and not used: a name is never rewritten. */
function suggestion(name: string): string {
  const near = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  return repositoryName.test(near) && !near.startsWith('slipway-') ? near : 'orders';
}
