import { randomUUID } from 'node:crypto';
import { SlipwayError } from '../errors.ts';
import type { Access } from './access.ts';
import { type MergeRow, toMerge } from './rows.ts';
import type { Store } from './store.ts';

/** Merges: taken in once, planned in the order in which they were merged. */
export function mergeVerbs(
  access: Access,
): Pick<Store, 'takeIn' | 'merge' | 'mergeOfPull' | 'planMergeAgain' | 'nextUnplanned'> {
  return {
    takeIn: (merge) =>
      access.transact('taking a merge in', async (unit) => {
        const [made] = await unit.query<{ id: string }>(
          `insert into slipway.merges (id, installation_id, repository_id, owner, repo, private, number, merge_commit,
             head_sha, base_ref, title, labels, author, repository_url, merged_at, delivery_id)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
           on conflict (repository_id, number, merge_commit) do nothing
           returning id`,
          [
            randomUUID(),
            merge.installationId,
            merge.repositoryId,
            merge.owner,
            merge.repo,
            merge.private,
            merge.number,
            merge.mergeCommit,
            merge.headSha,
            merge.baseRef,
            merge.title,
            JSON.stringify(merge.labels),
            merge.author,
            merge.repositoryUrl,
            merge.mergedAt,
            merge.deliveryId,
          ],
        );
        if (made !== undefined) {
          await unit.send('merge', { repositoryId: merge.repositoryId }, { key: String(merge.repositoryId) });
          return { id: made.id, known: false };
        }
        const [there] = await unit.query<{ id: string }>(
          'select id from slipway.merges where repository_id = $1 and number = $2 and merge_commit = $3',
          [merge.repositoryId, merge.number, merge.mergeCommit],
        );
        if (there === undefined) throw new SlipwayError('store-failed', 'A merge that was known is gone.');
        return { id: there.id, known: true };
      }),

    async merge(id) {
      const [row] = await access.query<MergeRow>('reading a merge', 'select * from slipway.merges where id = $1', [id]);
      return row && toMerge(row);
    },

    async mergeOfPull(repositoryId, number) {
      const [row] = await access.query<MergeRow>(
        'looking for the merge of a pull request',
        `select * from slipway.merges where repository_id = $1 and number = $2 order by merged_at desc, received_at desc limit 1`,
        [repositoryId, number],
      );
      return row && toMerge(row);
    },

    planMergeAgain: (mergeId, labels) =>
      access.transact('planning a merge again', async (unit) => {
        const [merge] = await unit.query<MergeRow>('select * from slipway.merges where id = $1 for update', [mergeId]);
        if (merge?.plan === undefined || merge.plan === null || merge.plan.kind === 'ignored') return false;
        const newest = await unit.query<{ verdict: string | null }>(
          'select distinct on (service) verdict from slipway.builds where merge_id = $1 order by service, seq desc',
          [mergeId],
        );
        const isOpen = newest.some(({ verdict }) => verdict === 'refused' || verdict === 'skipped');
        if (merge.plan.kind === 'publish' && !isOpen) return false;
        await unit.query(
          `update slipway.merges set plan = null, conflicts = '[]', labels = coalesce($2::json, labels) where id = $1`,
          [mergeId, labels === undefined ? undefined : JSON.stringify(labels)],
        );
        const repositoryId = Number(merge.repository_id);
        await unit.send('merge', { repositoryId }, { key: String(repositoryId) });
        return true;
      }),

    async nextUnplanned(repositoryId) {
      const [row] = await access.query<MergeRow>(
        'looking for the next merge',
        `select * from slipway.merges where repository_id = $1 and plan is null
         order by merged_at, number, received_at limit 1`,
        [repositoryId],
      );
      return row && toMerge(row);
    },
  };
}
