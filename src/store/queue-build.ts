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
  const id = randomUUID();
  // Fairness: a repository's tenth waiting build stands behind everybody's ninth. Never before an earlier build of the
  // same service, though.
  const [build] = await unit.query<BuildRow>(
    `insert into slipway.builds (id, merge_id, service, version, artifact, state, no_cache, requested_by, priority)
     values ($1, $2, $3, $4, $5, 'queued', $6, $7, coalesce(least(
       -(select count(*) from slipway.builds b join slipway.merges m on m.id = b.merge_id
         where b.state = 'queued' and m.repository_id = $8),
       (select min(priority) from slipway.builds where state = 'queued' and service = $3)
     ), 0)::integer) returning *`,
    [
      id,
      merge.id,
      service.name,
      version,
      JSON.stringify(artifact),
      rebuild?.noCache ?? false,
      rebuild?.by,
      merge.repository_id,
    ],
  );
  if (build === undefined) throw new SlipwayError('store-failed', 'The store kept no build.');
  await unit.send('build', {}, { id, key: service.name, priority: build.priority });
  return build;
}
