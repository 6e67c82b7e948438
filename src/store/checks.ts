import type { Access } from './access.ts';
import type { Store } from './store.ts';

/** What GitHub calls our reports of a merge. */
export function checkVerbs(access: Access): Pick<Store, 'check' | 'rememberCheck' | 'rememberComment'> {
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

    async rememberCheck(mergeId, { subject, commit }, { id, status, sure }) {
      await access.query(
        'keeping how a check was written',
        `insert into slipway.checks (merge_id, subject, commit, github_id, status, sure) values ($1, $2, $3, $4, $5, $6)
         on conflict (merge_id, subject, commit) do update set github_id = excluded.github_id, status = excluded.status, sure = excluded.sure`,
        [mergeId, subject, commit, id, status, sure],
      );
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
