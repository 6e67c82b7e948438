import type { Unit } from './access.ts';

type Concerned = { readonly repository_id: number | string; readonly head_sha: string };

/**
 * Has the checks of open pull requests shown anew where a service's version was claimed, reserved, published or let go.
 * `claimed`: by whom a head commit stands, whose own check is asked for anyway. `settled`: by a merge; bump labels of the
 * service count from there as well, and for other repositories it decides whose the service is. `transferred`: whatever
 * its version is.
 */
export async function wakeChecks(
  unit: Unit,
  service: string,
  what:
    | { readonly claimed: string; readonly by: string }
    | { readonly settled: string; readonly by: string }
    | { readonly transferred: true },
): Promise<void> {
  const [also, ...values] =
    'transferred' in what
      ? ['or true', null, null, null]
      : 'claimed' in what
        ? ['', what.claimed, what.by, null]
        : ['or c.version is null', what.settled, null, what.by];
  const rows = await unit.query<Concerned>(
    `select distinct p.repository_id, p.head_sha from slipway.claims c
     join slipway.pulls p on p.repository_id = c.repository_id and p.number = c.number
     where c.service = $1 and p.is_open and p.head_sha is distinct from $3
       and (c.version = $2 or p.repository_id <> (select repository_id from slipway.merges where id = $4) ${also})`,
    [service, ...values],
  );
  for (const { repository_id, head_sha: headSha } of rows) {
    const repositoryId = Number(repository_id);
    await unit.send('check', { repositoryId, headSha }, { key: `${repositoryId}:${headSha}` });
  }
}
