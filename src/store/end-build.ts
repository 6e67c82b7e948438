import type { Outcome } from '../build-terms.ts';
import type { Access, Unit } from './access.ts';
import { updateHeld } from './held-build.ts';
import type { BuildRow } from './rows.ts';
import type { Store } from './store.ts';
import { wakeChecks } from './wake-checks.ts';

/** The verdict, what becomes of the version, and the report of it: all at once. */
export function endBuildVerbs(access: Access): Pick<Store, 'endBuild'> {
  return {
    endBuild: (buildId, lease, outcome) =>
      access.transact('keeping a verdict', async (unit) => {
        const build = await updateHeld(
          unit,
          buildId,
          lease,
          `state = 'ended', ended_at = now(), outcome = $3, verdict = $4`,
          [JSON.stringify(outcome), outcome.verdict],
        );
        await settleReservation(unit, build, outcome);
        await unit.send('report', { mergeId: build.merge_id }, { key: build.merge_id });
      }),
  };
}

/** Keeps the version for good, or lets it go. */
export async function settleReservation(unit: Unit, { artifact, merge_id }: BuildRow, outcome: Outcome): Promise<void> {
  const values = [artifact.service.name, artifact.version, merge_id];
  if (outcome.verdict === 'published') {
    // With a published version, the service is its repository's for good.
    await unit.query(
      'update slipway.reservations set published = true, digest = $4 where service = $1 and version = $2 and merge_id = $3',
      [...values, outcome.digest],
    );
  } else {
    await unit.query(
      'delete from slipway.reservations where service = $1 and version = $2 and merge_id = $3 and not published',
      values,
    );
  }
  await wakeChecks(unit, artifact.service.name, { settled: artifact.version, by: merge_id });
}
