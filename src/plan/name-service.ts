import { SlipwayError } from '../errors.ts';
import type { Annotation } from '../terms.ts';
import { checkServiceName } from './check-service-name.ts';
import { configurationPath } from './configuration.ts';
import { quote } from './quote.ts';
import { lineOfKey, readPackageJson } from './read-package-json.ts';

export type ServiceName = { readonly name: string; readonly nameFrom: string };

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
    return { name: checkServiceName(configuredName, nameFrom, registryLength, undefined), nameFrom };
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
  return { name: checkServiceName(name, nameFrom, registryLength, annotation), nameFrom };
}
