import { SlipwayError } from '../errors.ts';
import type { Access } from './access.ts';
import type { Session } from './database.ts';
import { updateHeld } from './held-build.ts';
import { type BuildRow, toBuild, toTiming } from './rows.ts';
import type { Store } from './store.ts';

type Verbs = Pick<
  Store,
  'claim' | 'enterPhase' | 'leavePhase' | 'giveBack' | 'recordStaged' | 'beginPublication' | 'requestCancel'
>;

/** What a worker does with a build while it holds it. */
export function runningBuildVerbs(access: Access): Verbs {
  const alone = (doing: string): Pick<Session, 'query'> => ({
    query: (text, values) => access.query(doing, text, values),
  });
  return {
    async claim(buildId) {
      return await access.transact('taking a build up', async (unit) => {
        const [before] = await unit.query<BuildRow>('select * from slipway.builds where id = $1 for update', [buildId]);
        const [row] = await unit.query<BuildRow>(
          `update slipway.builds set state = 'running', lease = lease + 1, started_at = coalesce(started_at, now())
           where id = $1 and state <> 'ended' returning *`,
          [buildId],
        );
        if (row === undefined) return undefined;
        if (before?.state === 'queued') await unit.send('report', { mergeId: row.merge_id }, { key: row.merge_id });
        return { build: toBuild(row), lease: row.lease };
      });
    },

    async enterPhase(buildId, lease, phase) {
      const assignments = `phase = $3::text,
        timings = timings || jsonb_build_object($3::text, jsonb_build_object('startedAt', now()))`;
      await updateHeld(alone('entering a phase'), buildId, lease, assignments, [phase]);
    },

    async leavePhase(buildId, lease, phase) {
      const assignments = `timings = timings || jsonb_build_object($3::text,
        coalesce(timings -> $3::text, jsonb_build_object('startedAt', now())) || jsonb_build_object('endedAt', now()))`;
      const row = await updateHeld(alone('leaving a phase'), buildId, lease, assignments, [phase]);
      const timing = row.timings[phase];
      if (timing === undefined) throw new SlipwayError('store-failed', `Build ${buildId} has no times for ${phase}.`);
      return toTiming(timing);
    },

    async giveBack(buildId, lease) {
      await updateHeld(alone('giving a build back'), buildId, lease, `state = 'queued'`);
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

    async requestCancel(buildId) {
      const [row] = await access.query<BuildRow & { committing: boolean }>(
        'asking to cancel a build',
        `update slipway.builds set cancel_requested = cancel_requested or not committing
         where id = $1 and state <> 'ended' returning *`,
        [buildId],
      );
      if (row === undefined) return 'ended';
      return row.committing ? 'too-late' : 'cancelling';
    },
  };
}
