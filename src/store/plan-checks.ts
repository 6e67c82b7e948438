import type { Access } from './access.ts';
import type { PlanCheck, Store } from './store.ts';

type Verbs = Pick<Store, 'planCheck' | 'keepPlanCheck' | 'planCheckOf' | 'isPlanBeingShown' | 'takeMergeGroup'>;

type Big = number | string;
type CheckRow = {
  installation_id: Big;
  owner: string;
  repo: string;
  repository_url: string;
  pull_number: number | null;
  run: number;
  github_id: Big | null;
  status: string;
  sure: boolean;
  annotated: boolean;
};

/** The check of a head commit. */
export function planCheckVerbs(access: Access): Verbs {
  return {
    async planCheck(repositoryId, headSha) {
      const [row] = await access.query<CheckRow>(
        'reading how a plan was shown',
        'select * from slipway.plan_checks where repository_id = $1 and head_sha = $2',
        [repositoryId, headSha],
      );
      return row && toCheck(row);
    },

    async keepPlanCheck(repositoryId, headSha, check) {
      await access.query(
        'keeping how a plan is shown',
        `insert into slipway.plan_checks
           (repository_id, head_sha, installation_id, owner, repo, repository_url, run, github_id, status, sure, annotated)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
         on conflict (repository_id, head_sha) do update set run = excluded.run, github_id = excluded.github_id,
           status = excluded.status, sure = excluded.sure, annotated = excluded.annotated`,
        [
          repositoryId,
          headSha,
          check.installationId,
          check.owner,
          check.repo,
          check.repositoryUrl,
          check.run,
          check.id,
          check.status,
          check.sure,
          check.annotated,
        ],
      );
    },

    async planCheckOf(checkRunId) {
      const [row] = await access.query<{ repository_id: Big; head_sha: string }>(
        'looking for a plan by its check',
        'select repository_id, head_sha from slipway.plan_checks where github_id = $1',
        [checkRunId],
      );
      return row && { repositoryId: Number(row.repository_id), headSha: row.head_sha };
    },

    async isPlanBeingShown(repositoryId) {
      const rows = await access.query(
        'looking for plans that are being shown',
        'select 1 from slipway.plan_checks where repository_id = $1 and not sure limit 1',
        [repositoryId],
      );
      return rows.length > 0;
    },

    takeMergeGroup: ({ repositoryId, headSha, number, installationId, owner, repo, repositoryUrl }) =>
      access.transact('keeping a merge group', async (unit) => {
        await unit.query(
          `insert into slipway.plan_checks (repository_id, head_sha, pull_number, installation_id, owner, repo, repository_url)
           values ($1, $2, $3, $4, $5, $6, $7) on conflict (repository_id, head_sha) do nothing`,
          [repositoryId, headSha, number ?? 0, installationId, owner, repo, repositoryUrl],
        );
        await unit.send('check', { repositoryId, headSha }, { key: `${repositoryId}:${headSha}` });
      }),
  };
}

const toCheck = (row: CheckRow): PlanCheck => ({
  installationId: Number(row.installation_id),
  owner: row.owner,
  repo: row.repo,
  repositoryUrl: row.repository_url,
  run: row.run,
  status: row.status,
  sure: row.sure,
  annotated: row.annotated,
  ...(row.github_id === null ? {} : { id: Number(row.github_id) }),
  ...(row.pull_number === null ? {} : { mergeGroupOf: row.pull_number }),
});
