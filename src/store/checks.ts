import type { Access } from './access.ts';
import type { Store } from './store.ts';

/** What GitHub calls our reports of a merge. */
export function checkVerbs(access: Access): Pick<Store, 'check' | 'replaceCheck' | 'rememberComment'> {
  return {
    async check(mergeId, { subject, commit }) {
      const [row] = await access.query<{ github_id: number | string | null; status: string; sure: boolean }>(
        'reading how a check was written',
        'select github_id, status, sure from slipway.checks where merge_id = $1 and subject = $2 and commit = $3',
        [mergeId, subject, commit],
      );
      if (row === undefined) return undefined;
      const { github_id: id, status, sure } = row;
      return { ...(id === null ? {} : { id: Number(id) }), status, sure };
    },

    async replaceCheck(mergeId, { subject, commit }, known, { id, status, sure }) {
      const doing = 'keeping how a check was written';
      const values = [mergeId, subject, commit, id, status, sure];
      const rows =
        known === undefined
          ? await access.query(
              doing,
              `insert into slipway.checks (merge_id, subject, commit, github_id, status, sure)
               values ($1, $2, $3, $4, $5, $6) on conflict do nothing returning 1`,
              values,
            )
          : await access.query(
              doing,
              `update slipway.checks set github_id = $4, status = $5, sure = $6
               where merge_id = $1 and subject = $2 and commit = $3
                 and github_id is not distinct from $7::bigint and status = $8 and sure = $9 returning 1`,
              [...values, known.id, known.status, known.sure],
            );
      return rows.length > 0;
    },

    async rememberComment(mergeId, { id, sha256 }) {
      await access.query(
        'keeping how the comment was written',
        'update slipway.merges set comment_id = $2, comment_sha256 = $3 where id = $1',
        [mergeId, id, sha256],
      );
    },
  };
}
