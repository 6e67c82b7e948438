import type { Outcome } from '../build-terms.ts';
import type { Access, Unit } from './access.ts';
import { settleReservation } from './end-build.ts';
import { queueBuild } from './queue-build.ts';
import { refusedOutcome } from './refused-outcome.ts';
import { lockServices, reserve } from './reserve.ts';
import { type BuildRow, type MergeRow, toBuild } from './rows.ts';
import type { Store } from './store.ts';

/** What a person does to a build. */
export function actVerbs(access: Access): Pick<Store, 'requestCancel' | 'rebuild'> {
  return {
    requestCancel: (buildId, by) =>
      access.transact('asking to cancel a build', async (unit) => {
        const [build] = await unit.query<BuildRow>('select * from slipway.builds where id = $1 for update', [buildId]);
        if (build === undefined) return 'unknown';
        if (build.state === 'ended') return 'ended';
        if (build.committing) return 'too-late';
        if (build.state === 'queued') await endWaiting(unit, build, by);
        else {
          await unit.query('update slipway.builds set cancel_requested = true, cancelled_by = $2 where id = $1', [
            buildId,
            by,
          ]);
        }
        await unit.send('report', { mergeId: build.merge_id }, { key: build.merge_id });
        return 'cancelling';
      }),

    rebuild: (buildId, { noCache, by }) =>
      access.transact('making a rebuild', async (unit) => {
        const [build] = await unit.query<BuildRow>('select * from slipway.builds where id = $1', [buildId]);
        if (build === undefined) return { refused: 'There is no such build.' };
        const { artifact } = build;
        await lockServices(unit, [artifact]);
        const name = `${artifact.service.name}:${artifact.version}`;
        const newest = await newestOf(unit, build);
        if (newest.state !== 'ended') return { refused: `\`${name}\` is being built already.` };
        if (newest.verdict === 'published') {
          return { refused: `\`${name}\` is published; a published version is never built again.` };
        }
        const [merge] = await unit.query<MergeRow>('select * from slipway.merges where id = $1', [build.merge_id]);
        if (merge === undefined) return { refused: 'The merge of this build is not known any more.' };
        const conflict = await reserve(unit, merge, artifact);
        if (conflict !== undefined) {
          const taken = await unit.query<{ version: string }>(
            'select version from slipway.reservations where service = $1',
            [artifact.service.name],
          );
          return { refused: refusedOutcome(conflict, new Set(taken.map(({ version }) => version))).reason };
        }
        const row = await queueBuild(unit, merge, artifact, { noCache, by });
        await unit.send('report', { mergeId: merge.id }, { key: merge.id });
        return { build: toBuild(row) };
      }),
  };
}

/** The newest build of the same service in the same merge: its verdict is the one that counts. */
async function newestOf(unit: Unit, build: BuildRow): Promise<BuildRow> {
  const [newest] = await unit.query<BuildRow>(
    'select * from slipway.builds where merge_id = $1 and service = $2 order by seq desc limit 1',
    [build.merge_id, build.artifact.service.name],
  );
  return newest ?? build;
}

/** Its job finds that it has ended and does nothing. */
async function endWaiting(unit: Unit, build: BuildRow, by: string): Promise<void> {
  const outcome: Outcome = {
    verdict: 'cancelled',
    reason: `Cancelled by ${by} while it waited.`,
    notes: [],
    steps: [],
  };
  await unit.query(
    `update slipway.builds set state = 'ended', verdict = 'cancelled', ended_at = now(), outcome = $2,
       cancel_requested = true, cancelled_by = $3 where id = $1`,
    [build.id, JSON.stringify(outcome), by],
  );
  await settleReservation(unit, build, outcome);
}
