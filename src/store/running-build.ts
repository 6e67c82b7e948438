import { SlipwayError } from '../errors.ts';
import type { Access } from './access.ts';
import type { Session } from './database.ts';
import { updateHeld } from './held-build.ts';
import { type BuildRow, toBuild, toTiming } from './rows.ts';
import type { Store } from './store.ts';

type Verbs = Pick<Store, 'claim' | 'enterPhase' | 'leavePhase' | 'recordStaged' | 'beginPublication' | 'requestCancel'>;

/** What a worker does with a build while it holds it. */
export function runningBuildVerbs(access: Access): Verbs {
  const alone = (doing: string): Pick<Session, 'query'> => ({
    query: (text, values) => access.query(doing, text, values),
  });
  return {
    async claim(buildId) {
      const [row] = await access.query<BuildRow>(
        'taking a build up',
        `update slipway.builds set state = 'running', lease = lease + 1, started_at = coalesce(started_at, now())
         where id = $1 and state <> 'ended' returning *`,
        [buildId],
      );
      return row && { build: toBuild(row), lease: row.lease };
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
