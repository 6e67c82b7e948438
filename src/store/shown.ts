import type { BuildStep } from '../build-terms.ts';
import type { Access } from './access.ts';
import { type FromJson, toStep } from './rows.ts';
import type { BadgeState, Store } from './store.ts';

type Verbs = Pick<
  Store,
  'servicesOf' | 'badge' | 'installations' | 'pulses' | 'keepSteps' | 'stepsOf' | 'reported' | 'places'
>;

type Big = number | string;
type ServiceRow = { name: string; repository_id: Big; installation_id: Big; owner: string; repo: string };

/** What the pages ask beside builds and logs, and what is kept for them alone. */
export function shownVerbs(access: Access): Verbs {
  return {
    async servicesOf(owner, repo) {
      const rows = await access.query<ServiceRow>(
        'reading services',
        `select s.name, s.repository_id, s.owner, s.repo, m.installation_id from slipway.services s
         join lateral (select installation_id from slipway.merges where repository_id = s.repository_id
                       order by received_at desc limit 1) m on true
         where lower(s.owner) = lower($1) and lower(s.repo) = lower($2) order by s.name`,
        [owner, repo],
      );
      return rows.map(({ name, repository_id, installation_id, owner, repo }) => ({
        name,
        repositoryId: Number(repository_id),
        installationId: Number(installation_id),
        owner,
        repo,
      }));
    },

    async badge(repositoryId, service) {
      const rows = await access.query<{ verdict: 'published' | 'failed'; version: string }>(
        'reading the state of a badge',
        `(select b.verdict, b.version from slipway.builds b join slipway.merges m on m.id = b.merge_id
          where m.repository_id = $1 and b.service = $2 and b.verdict in ('published', 'failed')
          order by b.seq desc limit 1)
         union all
         (select b.verdict, b.version from slipway.builds b join slipway.merges m on m.id = b.merge_id
          where m.repository_id = $1 and b.service = $2 and b.verdict = 'published'
          order by b.seq desc limit 1)`,
        [repositoryId, service],
      );
      const good = rows.findLast(({ verdict }) => verdict === 'published')?.version;
      const [last] = rows;
      return { ...(last === undefined ? {} : { last }), ...(good === undefined ? {} : { good }) } satisfies BadgeState;
    },

    async installations() {
      const rows = await access.query<{ installation_id: Big; repositories: Big }>(
        'reading the installations',
        'select installation_id, count(distinct repository_id) as repositories from slipway.merges group by 1',
      );
      return rows.map((row) => ({ id: Number(row.installation_id), repositories: Number(row.repositories) }));
    },

    async pulses(buildIds) {
      const rows = await access.query<{ id: string; ended: boolean; mark: string; last_seq: Big }>(
        'looking at builds',
        `select b.id, b.state = 'ended' as ended, coalesce(e.next_seq, 1) - 1 as last_seq,
           concat_ws('|', b.state, b.lease, b.cancel_requested, b.waits_for, b.retry_at, b.verdict, b.timings::text, p.at,
             case when b.state = 'queued' then (select count(*) from slipway.builds o where o.state = 'queued'
               and (o.priority > b.priority or (o.priority = b.priority and o.seq < b.seq))) end) as mark
         from slipway.builds b
         left join slipway.log_ends e on e.build_id = b.id left join slipway.progress p on p.build_id = b.id
         where b.id = any($1::text[])`,
        [buildIds],
      );
      return rows.map(({ id, ended, mark, last_seq }) => ({ id, ended, mark, lastSeq: Number(last_seq) }));
    },

    async keepSteps(buildId, lease, steps) {
      await access.query(
        'keeping the steps of a build',
        `insert into slipway.progress (build_id, lease, steps) values ($1, $2, $3)
         on conflict (build_id) do update set lease = excluded.lease, steps = excluded.steps, at = clock_timestamp()
         where slipway.progress.lease <= excluded.lease`,
        [buildId, lease, JSON.stringify(steps)],
      );
    },

    async stepsOf(buildId) {
      const [row] = await access.query<{ steps: readonly FromJson<BuildStep>[] }>(
        'reading the steps of a build',
        'select steps from slipway.progress where build_id = $1',
        [buildId],
      );
      return (row?.steps ?? []).map(toStep);
    },

    async reported(buildId) {
      await access.query(
        'keeping when a report stood',
        `update slipway.builds set timings = timings || jsonb_build_object('report',
           jsonb_build_object('startedAt', ended_at, 'endedAt', now()))
         where id = $1 and state = 'ended' and not timings ? 'report'`,
        [buildId],
      );
    },

    async places(buildIds) {
      if (buildIds.length === 0) return new Map();
      const rows = await access.query<{ id: string; place: Big }>(
        'reading places in the queue',
        `select id, place from (
           select id, row_number() over (order by priority desc, seq) as place from slipway.builds where state = 'queued'
         ) q where id = any($1::text[])`,
        [buildIds],
      );
      return new Map(rows.map(({ id, place }) => [id, Number(place)]));
    },
  };
}
