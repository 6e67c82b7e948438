import type { Access, Unit } from './access.ts';
import { lockService } from './reserve.ts';
import type { KnownRepository, Store } from './store.ts';
import { wakeChecks } from './wake-checks.ts';

type Row = { readonly repository_id: number | string; readonly owner: string; readonly repo: string };

/** A service whose versions were all let go is nobody's: whoever publishes first has it. */
const isHeld = 'exists (select 1 from slipway.reservations r where r.service = s.name)';

/** Whose the services are. */
export function serviceVerbs(access: Access): Pick<Store, 'services' | 'transferService'> {
  return {
    async services() {
      const rows = await access.query<{ name: string }>(
        'listing the services',
        `select name from slipway.services s where ${isHeld} order by name`,
      );
      return rows.map(({ name }) => name);
    },

    transferService: (service, wanted) =>
      access.transact('giving a service to another repository', async (unit) => {
        await lockService(unit, service);
        const [from] = await unit.query<Row>(
          `select repository_id, owner, repo from slipway.services s where name = $1 and ${isHeld}`,
          [service],
        );
        if (from === undefined) return { kind: 'no-service' };
        const to = await find(unit, wanted);
        if (to === undefined) return { kind: 'no-repository' };
        const both = { from: repository(from), to };
        if (both.from.repositoryId === to.repositoryId) return { kind: 'there', ...both };
        await unit.query('update slipway.services set repository_id = $2, owner = $3, repo = $4 where name = $1', [
          service,
          to.repositoryId,
          to.owner,
          to.repo,
        ]);
        await wakeChecks(unit, service, { transferred: true });
        return { kind: 'moved', ...both };
      }),
  };
}

/** The repository that had this name last: a name can be given again, an id cannot. */
async function find(
  unit: Unit,
  { owner, repo }: { owner: string; repo: string },
): Promise<KnownRepository | undefined> {
  const [row] = await unit.query<Row>(
    `select repository_id, owner, repo from (
       select repository_id, owner, repo, received_at as at from slipway.merges
       union all select repository_id, owner, repo, updated_at as at from slipway.pulls
     ) known where lower(owner) = lower($1) and lower(repo) = lower($2) order by at desc limit 1`,
    [owner, repo],
  );
  return row && repository(row);
}

const repository = ({ repository_id, owner, repo }: Row): KnownRepository => ({
  repositoryId: Number(repository_id),
  owner,
  repo,
});
