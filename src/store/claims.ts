import type { Access } from './access.ts';
import type { Standing, Store } from './store.ts';

type Big = number | string;
type HolderRow = { owner: string; repo: string; number: number; merge_commit: string; published: boolean };
type ClaimRow = {
  repository_id: Big;
  installation_id: Big;
  owner: string;
  repo: string;
  number: number;
  author: string;
  is_draft: boolean;
};

/** Who has what of a service, and who asked for it first. */
export function claimVerbs(access: Access): Pick<Store, 'standing'> {
  return {
    async standing(service, version) {
      const [owner] = await access.query<{ repository_id: Big; owner: string; repo: string }>(
        'reading whose a service is',
        `select repository_id, owner, repo from slipway.services s where name = $1
           and exists (select 1 from slipway.reservations r where r.service = s.name)`,
        [service],
      );
      const taken = await access.query<{ version: string }>(
        'reading the versions of a service',
        'select version from slipway.reservations where service = $1',
        [service],
      );
      const [holder] = await access.query<HolderRow>(
        'reading who has a version',
        `select m.owner, m.repo, m.number, m.merge_commit, r.published
         from slipway.reservations r join slipway.merges m on m.id = r.merge_id
         where r.service = $1 and r.version = $2`,
        [service, version ?? null],
      );
      const claims = await access.query<ClaimRow>(
        'reading who claims a version',
        `select p.repository_id, p.installation_id, p.owner, p.repo, p.number, p.author, p.is_draft
         from slipway.claims c join slipway.pulls p on p.repository_id = c.repository_id and p.number = c.number
         where c.service = $1 and c.version = $2 and p.is_open order by c.seq`,
        [service, version ?? null],
      );
      const claimed = await access.query<{ version: string }>(
        'reading which versions are claimed',
        `select distinct c.version from slipway.claims c
         join slipway.pulls p on p.repository_id = c.repository_id and p.number = c.number
         where c.service = $1 and c.version is not null and p.is_open`,
        [service],
      );
      return {
        claimed: claimed.map((row) => row.version),
        taken: taken.map((row) => row.version),
        claims: claims.map((row) => ({
          repositoryId: Number(row.repository_id),
          installationId: Number(row.installation_id),
          owner: row.owner,
          repo: row.repo,
          number: row.number,
          author: row.author,
          isDraft: row.is_draft,
        })),
        ...(owner && {
          owner: { repositoryId: Number(owner.repository_id), owner: owner.owner, repo: owner.repo },
        }),
        ...(holder && {
          holder: {
            owner: holder.owner,
            repo: holder.repo,
            number: holder.number,
            mergeCommit: holder.merge_commit,
            published: holder.published,
          },
        }),
      } satisfies Standing;
    },
  };
}
