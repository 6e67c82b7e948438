import { SlipwayError } from '../errors.ts';
import type { Session, Value } from './database.ts';
import type { BuildRow } from './rows.ts';

/**
 * Changes a build for the worker that holds it, and for nobody else.
 *
 * @param assignments of `update ... set`; their values begin at `$3`
 * @throws {SlipwayError} `lease-lost` when another worker has taken the build since, or it has ended
 */
export async function updateHeld(
  session: Pick<Session, 'query'>,
  buildId: string,
  lease: number,
  assignments: string,
  values: readonly Value[] = [],
): Promise<BuildRow> {
  const [row] = await session.query<BuildRow>(
    `update slipway.builds set ${assignments} where id = $1 and lease = $2 and state = 'running' returning *`,
    [buildId, lease, ...values],
  );
  if (row === undefined) {
    throw new SlipwayError('lease-lost', `Another worker has taken build ${buildId}, or it has ended.`);
  }
  return row;
}
