import type { Access } from './access.ts';
import type { Store } from './store.ts';

/** What GitHub calls our reports of a merge. */
export function checkVerbs(access: Access): Pick<Store, 'checkId' | 'rememberCheck' | 'rememberComment'> {
  return {
    async checkId(mergeId, { subject, commit }) {
      const [row] = await access.query<{ github_id: number | string }>(
        'reading the id of a check',
        'select github_id from slipway.checks where merge_id = $1 and subject = $2 and commit = $3',
        [mergeId, subject, commit],
      );
      return row && Number(row.github_id);
    },

    async rememberCheck(mergeId, { subject, commit }, id) {
      await access.query(
        'keeping the id of a check',
        `insert into slipway.checks (merge_id, subject, commit, github_id) values ($1, $2, $3, $4)
         on conflict (merge_id, subject, commit) do update set github_id = excluded.github_id`,
        [mergeId, subject, commit, id],
      );
    },

    async rememberComment(mergeId, id) {
      await access.query('keeping the id of a comment', 'update slipway.merges set comment_id = $2 where id = $1', [
        mergeId,
        id,
      ]);
    },
  };
}
