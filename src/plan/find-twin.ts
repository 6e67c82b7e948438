import type { Configuration } from './configuration.ts';
import type { Problem } from './explain-problem.ts';
import { quote } from './quote.ts';

/**
 * The first service that cannot be told from an earlier one: two of one name would publish the same version, and two
 * of one folder without names of their own would read the same name.
 */
export function findTwin(services: Configuration['services']): Problem | undefined {
  for (const [index, service] of services.entries()) {
    const earlier = services.slice(0, index);
    const namesake = service.name === undefined ? -1 : earlier.findIndex(({ name }) => name === service.name);
    if (namesake >= 0) {
      return {
        path: ['services', index, 'name'],
        sentence: `\`services[${index}].name\`: expected a name of its own, found ${quote(service.name ?? '')}, which is the name of \`services[${namesake}]\`.`,
      };
    }
    const neighbour = earlier.findIndex(
      ({ path, name }) => path === service.path && (name === undefined || service.name === undefined),
    );
    if (neighbour >= 0) {
      return {
        path: ['services', index, 'path'],
        sentence: `\`services[${index}].path\`: expected a folder of its own or a \`name\` for each, found ${quote(service.path)}, which is the folder of \`services[${neighbour}]\`.`,
      };
    }
  }
  return undefined;
}
