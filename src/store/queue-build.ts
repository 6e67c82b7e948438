import { randomUUID } from 'node:crypto';
import { SlipwayError } from '../errors.ts';
import type { Artifact } from '../terms.ts';
import type { Unit } from './access.ts';
import type { BuildRow, MergeRow } from './rows.ts';

/** A build that waits, and its job. The version is reserved in the same transaction. */
export async function queueBuild(
  unit: Unit,
  merge: MergeRow,
  artifact: Artifact,
  rebuild?: { readonly noCache: boolean; readonly by: string },
): Promise<BuildRow> {
  const { service, version } = artifact;
  // Fairness: a repository's tenth waiting build stands behind everybody's ninth. Never before an earlier build of the
  // same service, though.
  const [row] = await unit.query<{ priority: number }>(
    `select least(
       -(select count(*) from slipway.builds b join slipway.merges m on m.id = b.merge_id
         where b.state = 'queued' and m.repository_id = $1),
       (select min(priority) from slipway.builds where state = 'queued' and service = $2)
     )::integer as priority`,
    [merge.repository_id, service.name],
  );
  const id = randomUUID();
  const priority = row?.priority ?? 0;
  const [build] = await unit.query<BuildRow>(
    `insert into slipway.builds (id, merge_id, service, version, artifact, priority, state, no_cache, requested_by)
     values ($1, $2, $3, $4, $5, $6, 'queued', $7, $8) returning *`,
    [id, merge.id, service.name, version, JSON.stringify(artifact), priority, rebuild?.noCache ?? false, rebuild?.by],
  );
  if (build === undefined) throw new SlipwayError('store-failed', 'The store kept no build.');
  await unit.send('build', {}, { id, key: service.name, priority });
  return build;
}
