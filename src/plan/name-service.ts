import { SlipwayError } from '../errors.ts';
import type { Annotation } from '../terms.ts';
import { configurationPath } from './configuration.ts';
import { quote } from './quote.ts';
import { lineOfKey, readPackageJson } from './read-package-json.ts';

export type ServiceName = { readonly name: string; readonly nameFrom: string };

/** A repository's name in the OCI Distribution Spec 1.1, without its length. */
const repositoryName = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;

/** The registry, a slash and the name together: what the specification recommends and registries enforce. */
const longest = 255;

/**
 * The name that a service is published under: as configured, else package.json's `service_name`, else its `name`
 * without the scope. It is refused or used as it stands, never rewritten.
 *
 * @param text of the service's package.json; undefined where there is none
 * @param path of the service's folder, `.` for the root
 * @param registryLength characters of the registry's address with its prefix
 * @throws {SlipwayError} `package-json-missing`, `package-json-invalid`, `service-name-missing`, `service-name-invalid`
 */
export function nameService(
  text: string | undefined,
  path: string,
  configuredName: string | undefined,
  registryLength: number,
): ServiceName {
  if (configuredName !== undefined) {
    const nameFrom = `${configurationPath} "name"`;
    return { name: check(configuredName, nameFrom, registryLength, undefined), nameFrom };
  }
  const file = path === '.' ? 'package.json' : `${path}/package.json`;
  if (text === undefined) {
    throw new SlipwayError('package-json-missing', `Expected ${quote(file)} with the service's name, found none.`, {
      help: `Add the file with a "service_name", or give the service a \`name\` in \`${configurationPath}\`.`,
    });
  }
  const content = readPackageJson(text, file);
  const key = content.service_name === undefined ? 'name' : 'service_name';
  const found = content[key];
  const annotation = (message: string): Annotation => {
    const line = lineOfKey(text, key);
    return { path: file, startLine: line, endLine: line, title: 'Slipway cannot use this service name', message };
  };
  if (found === undefined) {
    throw new SlipwayError(
      'service-name-missing',
      `${quote(file)}: expected a "service_name" or a "name", found neither.`,
      {
        help: 'Add for example "service_name": "orders".',
        annotation: annotation('Expected a "service_name" or a "name", found neither.'),
      },
    );
  }
  const nameFrom = `${file} "${key}"`;
  if (typeof found !== 'string') {
    const kind = Array.isArray(found) ? 'a list' : found === null ? 'null' : `a value of type ${typeof found}`;
    const message = `"${key}": expected a text, found ${kind}.`;
    throw new SlipwayError('service-name-invalid', `${quote(file)}, ${message}`, {
      help: 'Write it as a text, for example "service_name": "orders".',
      annotation: annotation(message),
    });
  }
  const name = key === 'name' ? found.replace(/^@[^/]*\//, '') : found;
  return { name: check(name, nameFrom, registryLength, annotation), nameFrom };
}

function check(
  name: string,
  from: string,
  registryLength: number,
  annotation: ((message: string) => Annotation) | undefined,
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
