import type { Outcome } from '../build-terms.ts';
import type { Access } from './access.ts';
import { settleReservation } from './end-build.ts';
import type { BuildRow } from './rows.ts';
import type { Store } from './store.ts';

type Verbs = Pick<Store, 'takeAct' | 'sweepMark' | 'keepSweepMark' | 'moveRepository' | 'abandon'>;

/** What is known of repositories as such: their names, whether they are there, how far they were swept. */
export function repositoryVerbs(access: Access): Verbs {
  return {
    takeAct: (act) =>
      access.transact('keeping what a person asked for', (unit) =>
        unit.send('act', act, { id: act.deliveryId, key: String(act.repositoryId), once: true }),
      ),

    async sweepMark(repositoryId) {
      const [row] = await access.query<{ mark: Date; etag: string | null }>(
        'reading how far a repository was swept',
        'select mark, etag from slipway.sweeps where repository_id = $1',
        [repositoryId],
      );
      return row && { mark: row.mark, ...(row.etag === null ? {} : { etag: row.etag }) };
    },

    async keepSweepMark(repositoryId, { mark, etag }) {
      await access.query(
        'keeping how far a repository was swept',
        `insert into slipway.sweeps (repository_id, mark, etag) values ($1, $2, $3)
         on conflict (repository_id) do update set mark = excluded.mark, etag = excluded.etag`,
        [repositoryId, mark, etag],
      );
    },

    async moveRepository(repositoryId, { owner, repo, url }) {
      await access.transact('giving a repository its new name', async (unit) => {
        await unit.query(
          'update slipway.merges set owner = $2, repo = $3, repository_url = $4 where repository_id = $1',
          [repositoryId, owner, repo, url],
        );
        for (const table of ['pulls', 'plan_checks']) {
          await unit.query(
            `update slipway.${table} set owner = $2, repo = $3, repository_url = $4 where repository_id = $1`,
            [repositoryId, owner, repo, url],
          );
        }
        await unit.query('update slipway.services set owner = $2, repo = $3 where repository_id = $1', [
          repositoryId,
          owner,
          repo,
        ]);
      });
    },

    abandon: (gone, reason) =>
      access.transact('ending what waits of a repository', async (unit) => {
        const [column, value] =
          'installationId' in gone
            ? ['installation_id = $1', gone.installationId]
            : ['repository_id = any($1::bigint[])', gone.repositoryIds.map(String)];
        await unit.query(`update slipway.merges set plan = $2 where plan is null and ${column}`, [
          value,
          JSON.stringify({ kind: 'ignored', reason }),
        ]);
        // What was read of them, and their claims, go with them.
        await unit.query(
          `delete from slipway.texts where repository_id in (select repository_id from slipway.pulls where ${column})`,
          [value],
        );
        await unit.query(`delete from slipway.pulls where ${column}`, [value]);
        await unit.query(`delete from slipway.plan_checks where ${column}`, [value]);
        const outcome: Outcome = { verdict: 'cancelled', reason, notes: [], steps: [] };
        const ended = await unit.query<BuildRow>(
          `update slipway.builds set state = 'ended', verdict = 'cancelled', ended_at = now(), outcome = $2
           where state = 'queued' and merge_id in (select id from slipway.merges where ${column}) returning *`,
          [value, JSON.stringify(outcome)],
        );
        for (const build of ended) await settleReservation(unit, build, outcome);
        return ended.length;
      }),
  };
}
