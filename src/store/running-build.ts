import type { Tries } from '../build-terms.ts';
import { SlipwayError } from '../errors.ts';
import type { Access } from './access.ts';
import type { Session } from './database.ts';
import { updateHeld } from './held-build.ts';
import { type BuildRow, type MergeRow, toBuild, toMerge, toTiming } from './rows.ts';
import type { Store } from './store.ts';

type Verbs = Pick<
  Store,
  'claim' | 'enterPhase' | 'leavePhase' | 'giveBack' | 'postpone' | 'watch' | 'recordStaged' | 'beginPublication'
>;

/** What a worker does with a build while it holds it. */
export function runningBuildVerbs(access: Access): Verbs {
  const alone = (doing: string): Pick<Session, 'query'> => ({
    query: (text, values) => access.query(doing, text, values),
  });
  return {
    async claim(buildId) {
      return await access.transact('taking a build up', async (unit) => {
        const [row] = await unit.query<BuildRow & { readonly has_waited: boolean }>(
          `update slipway.builds b set state = 'running', lease = lease + 1, started_at = coalesce(started_at, now()),
             taken_at = now(), retry_at = null, waits_for = null,
             tries = case when before.state = 'running' then ${oneMore('crashes', "coalesce(phase, 'fetch')")} else tries end
           from (select id as before_id, state from slipway.builds where id = $1 and state <> 'ended' for update) before
           where b.id = before.before_id returning b.*, before.state = 'queued' as has_waited`,
          [buildId],
        );
        if (row === undefined) return undefined;
        if (row.has_waited) await unit.send('report', { mergeId: row.merge_id }, { key: row.merge_id });
        const [merge] = await unit.query<MergeRow>('select * from slipway.merges where id = $1', [row.merge_id]);
        if (merge === undefined) throw new SlipwayError('store-failed', `Build ${buildId} belongs to no merge.`);
        return { build: toBuild(row), merge: toMerge(merge), lease: row.lease };
      });
    },

    async enterPhase(buildId, lease, phase, built) {
      const assignments = `phase = $3::text, built = coalesce($4::json, built),
        timings = timings || ${endOfPhaseBefore} || jsonb_build_object($3::text, jsonb_build_object('startedAt', now()))`;
      await updateHeld(alone('entering a phase'), buildId, lease, assignments, [
        phase,
        built === undefined ? undefined : JSON.stringify(built),
      ]);
    },

    async leavePhase(buildId, lease, phase) {
      const assignments = `timings = timings || jsonb_build_object($3::text,
        coalesce(timings -> $3::text, jsonb_build_object('startedAt', now())) || jsonb_build_object('endedAt', now()))`;
      const row = await updateHeld(alone('leaving a phase'), buildId, lease, assignments, [phase]);
      const timing = row.timings[phase];
      if (timing === undefined) throw new SlipwayError('store-failed', `Build ${buildId} has no times for ${phase}.`);
      return toTiming(timing);
    },

    async giveBack(buildId, lease, { failed, waitSeconds }) {
      await access.transact('giving a build back', async (unit) => {
        const row = await updateHeld(
          unit,
          buildId,
          lease,
          `state = 'queued', retry_at = case when $3::float8 > 0 then now() + $3::float8 * interval '1 second' end,
           worked_ms = worked_ms + coalesce(extract(epoch from now() - taken_at) * 1000, 0)::bigint,
           tries = case when $4::text is null then tries else ${oneMore('failures', '$4::text')} end`,
          [waitSeconds, failed],
        );
        await unit.delay('build', buildId, waitSeconds);
        if (failed !== undefined) await unit.send('report', { mergeId: row.merge_id }, { key: row.merge_id });
      });
    },

    async postpone(buildId, obstacle, waitSeconds) {
      await access.transact('postponing a build', async (unit) => {
        const [row] = await unit.query<BuildRow>(
          `update slipway.builds set waits_for = $2
           where id = $1 and state <> 'ended' and waits_for is distinct from $2 returning *`,
          [buildId, obstacle],
        );
        await unit.delay('build', buildId, waitSeconds);
        if (row?.state === 'queued') await unit.send('report', { mergeId: row.merge_id }, { key: row.merge_id });
      });
    },

    async watch(buildId, lease) {
      const [row] = await access.query<Pick<BuildRow, 'cancel_requested' | 'cancelled_by'>>(
        'watching a build',
        `select cancel_requested, cancelled_by from slipway.builds where id = $1 and lease = $2 and state = 'running'`,
        [buildId, lease],
      );
      if (row === undefined) return { held: false };
      return { held: true, ...(row.cancel_requested ? { cancelledBy: row.cancelled_by ?? '' } : {}) };
    },

    async recordStaged(buildId, lease, staged) {
      await updateHeld(alone('keeping what was staged'), buildId, lease, 'staged = $3', [JSON.stringify(staged)]);
    },

    async beginPublication(buildId, lease) {
      // One statement decides between this and requestCancel: whichever comes first is what both find.
      const assignments = 'committing = committing or not cancel_requested';
      const row = await updateHeld(alone('beginning the publication'), buildId, lease, assignments);
      return !row.cancel_requested;
    },
  };
}

/** The phase that this worker was in until now ends; one that an earlier worker was in has no end. */
const endOfPhaseBefore = `case
  when (timings -> phase ->> 'startedAt')::timestamptz >= taken_at and not timings -> phase ? 'endedAt'
  then jsonb_build_object(phase, timings -> phase || jsonb_build_object('endedAt', now())) else '{}'::jsonb end`;

/** `tries` with one more of these in a phase, as an SQL expression. */
const oneMore = (what: keyof Tries, phase: string): string =>
  `tries || jsonb_build_object(${phase}, '{"failures": 0, "crashes": 0}'::jsonb || coalesce(tries -> ${phase}, '{}'::jsonb) ||
     jsonb_build_object('${what}', coalesce((tries -> ${phase} ->> '${what}')::integer, 0) + 1))`;
