import type { Access, Unit } from './access.ts';
import type { Store } from './store.ts';

/** Of each kind at once. */
const limit = 200;
/** Bytes of logs at once, unless a single one has more: everything else waits for the transaction on the embedded store. */
const logBytes = 16 * 2 ** 20;

/** Takes old rows out of the store. A published version, its build and its merge stay for good; its log does not. */
export function forgetVerbs(access: Access): Pick<Store, 'forget'> {
  return {
    forget: (before) =>
      access.transact('removing what is old', async (unit) => {
        let gone = await forgetLogs(unit, before);
        gone += await forgetBuilds(unit, before);
        gone += await forgetMerges(unit, before);
        return gone + (await forgetPulls(unit, before));
      }),
  };
}

/** How many rows a statement took away. */
async function count(unit: Unit, text: string, values: Parameters<Unit['query']>[1]): Promise<number> {
  return (await unit.query(`${text} returning 1`, values)).length;
}

async function forgetLogs(unit: Unit, before: Date): Promise<number> {
  const rows = await unit.query<{ id: string }>(
    `select id from (
       select b.id, sum(e.head_bytes + e.tail_bytes) over (order by b.ended_at, b.id) - e.head_bytes - e.tail_bytes as earlier
       from slipway.builds b join slipway.log_ends e on e.build_id = b.id
       where b.state = 'ended' and b.ended_at < $1 order by b.ended_at, b.id limit ${limit}
     ) old where earlier < ${logBytes}`,
    [before],
  );
  const ids = rows.map(({ id }) => id);
  await unit.query('delete from slipway.logs where build_id = any($1::text[])', [ids]);
  return await count(unit, 'delete from slipway.log_ends where build_id = any($1::text[])', [ids]);
}

async function forgetBuilds(unit: Unit, before: Date): Promise<number> {
  const rows = await unit.query<{ id: string; verdict: string; fault: string | null }>(
    `delete from slipway.builds b where b.id in (
       select id from slipway.builds o where state = 'ended' and ended_at < $1 and verdict <> 'published'
         and not exists (select 1 from slipway.log_ends e where e.build_id = o.id) limit ${limit})
     returning b.id, b.verdict, b.outcome->>'fault' as fault`,
    [before],
  );
  await unit.query('delete from slipway.checks where subject = any($1::text[])', [rows.map(({ id }) => id)]);
  for (const { verdict, fault } of rows) {
    // Counters that fall would look like a new start to whoever reads the metrics.
    await unit.query(
      `insert into slipway.forgotten (verdict, fault, count) values ($1, $2, 1)
       on conflict (verdict, fault) do update set count = slipway.forgotten.count + 1`,
      [verdict, fault ?? ''],
    );
  }
  return rows.length;
}

async function forgetMerges(unit: Unit, before: Date): Promise<number> {
  const rows = await unit.query<{ id: string }>(
    `select id from slipway.merges m where received_at < $1 and plan is not null
       and not exists (select 1 from slipway.builds b where b.merge_id = m.id)
       and not exists (select 1 from slipway.reservations r where r.merge_id = m.id) limit ${limit}
     for update of m skip locked`,
    [before],
  );
  const ids = rows.map(({ id }) => id);
  await unit.query('delete from slipway.checks where merge_id = any($1::text[])', [ids]);
  return await count(unit, 'delete from slipway.merges where id = any($1::text[])', [ids]);
}

async function forgetPulls(unit: Unit, before: Date): Promise<number> {
  const pulls = await count(
    unit,
    `delete from slipway.pulls where (repository_id, number) in (
       select repository_id, number from slipway.pulls where not is_open and updated_at < $1 limit ${limit})
       and not is_open and updated_at < $1`,
    [before],
  );
  const checks = await count(
    unit,
    `delete from slipway.plan_checks where (repository_id, head_sha) in (
       select repository_id, head_sha from slipway.plan_checks c where made_at < $1 and not exists (
         select 1 from slipway.pulls p where p.repository_id = c.repository_id and p.head_sha = c.head_sha and p.is_open)
       limit ${limit})`,
    [before],
  );
  // An event can have come between the reading of a text and its keeping.
  const texts = await count(
    unit,
    `delete from slipway.texts where ctid in (
       select t.ctid from slipway.texts t where t.place like 'pull:%' and not exists (
         select 1 from slipway.pulls p where p.repository_id = t.repository_id and t.place = 'pull:' || p.number)
       limit ${limit})`,
    [],
  );
  return pulls + checks + texts;
}
