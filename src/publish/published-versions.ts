import { SlipwayError } from '../errors.ts';
import type { Plan } from '../terms.ts';
import type { Tools } from './tools.ts';

/**
 * What is published of the services whose version a bump label asks for, by service name. Nothing is asked for others.
 *
 * @throws {SlipwayError} transient, whatever the fault of the registry is: without its answer there is no version, and a
 *   merge is not refused for what is not its own
 */
export async function publishedVersions(
  { builders }: Pick<Tools, 'builders'>,
  plan: Plan,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const found = new Map<string, readonly string[]>();
  if (plan.kind !== 'publish') return found;
  try {
    for (const { service, bump } of plan.artifacts) {
      if (bump !== undefined) found.set(service.name, await builders[service.type].versions(service, signal));
    }
  } catch (error) {
    if (!(error instanceof SlipwayError) || error.transient || error.code === 'cancelled') throw error;
    throw new SlipwayError(error.code, error.message, { transient: true, cause: error });
  }
  return found;
}
