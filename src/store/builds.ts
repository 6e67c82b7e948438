import type { Fault, Verdict } from '../build-terms.ts';
import type { Access } from './access.ts';
import type { Value } from './database.ts';
import { type BuildRow, type MergeRow, toBuild, toMerge } from './rows.ts';
import type { Store } from './store.ts';

type Verbs = Pick<
  Store,
  | 'build'
  | 'buildsOf'
  | 'buildOfCheck'
  | 'buildsOfCommit'
  | 'endedOf'
  | 'listBuilds'
  | 'place'
  | 'previousPublished'
  | 'counts'
  | 'tallies'
>;

/** What is known about builds. */
export function buildVerbs(access: Access): Verbs {
  const builds = (text: string, values: readonly Value[]) => access.query<BuildRow>('reading builds', text, values);
  return {
    async build(id) {
      const [row] = await builds('select * from slipway.builds where id = $1', [id]);
      return row && toBuild(row);
    },

    async buildsOf(mergeId) {
      return (await builds('select * from slipway.builds where merge_id = $1 order by seq', [mergeId])).map(toBuild);
    },

    async buildOfCheck(checkRunId) {
      const [row] = await builds(
        `select b.* from slipway.checks c join slipway.builds b on b.id = c.subject where c.github_id = $1`,
        [checkRunId],
      );
      return row?.id;
    },

    async buildsOfCommit(repositoryId, sha) {
      const rows = await builds(
        `select distinct on (b.merge_id, b.service) b.* from slipway.builds b join slipway.merges m on m.id = b.merge_id
         where m.repository_id = $1 and (m.head_sha = $2 or m.merge_commit = $2)
         order by b.merge_id, b.service, b.seq desc`,
        [repositoryId, sha],
      );
      return rows.map(toBuild);
    },

    async endedOf(buildIds) {
      const rows = await access.query<{ id: string }>(
        'looking for ended builds',
        `select id from slipway.builds where id = any($1::text[]) and state = 'ended'`,
        [buildIds],
      );
      return rows.map(({ id }) => id);
    },

    async listBuilds({ limit, before, among, owner, repo, service, status }) {
      const isState = status === 'queued' || status === 'running';
      const rows = await builds(
        `select b.* from slipway.builds b join slipway.merges m on m.id = b.merge_id
         where ($2::text is null or b.seq < (
             select o.seq from slipway.builds o join slipway.merges n on n.id = o.merge_id
             where o.id = $2 and ($3::bigint[] is null or n.repository_id = any($3::bigint[]))))
           and ($3::bigint[] is null or m.repository_id = any($3::bigint[]))
           and ($4::text is null or lower(m.owner) = lower($4)) and ($5::text is null or lower(m.repo) = lower($5))
           and ($6::text is null or b.service = $6)
           and ($7::text is null or b.state = $7) and ($8::text is null or b.verdict = $8)
         order by b.seq desc limit $1`,
        [
          limit,
          before,
          among?.map(String),
          owner,
          repo,
          service,
          isState ? status : undefined,
          isState ? undefined : status,
        ],
      );
      const merges = await access.query<MergeRow>(
        'reading the merges of builds',
        'select * from slipway.merges where id = any($1::text[])',
        [rows.map((row) => row.merge_id)],
      );
      const byId = new Map(merges.map((merge) => [merge.id, toMerge(merge)]));
      return rows.flatMap((row) => {
        const merge = byId.get(row.merge_id);
        return merge === undefined ? [] : [{ build: toBuild(row), merge }];
      });
    },

    async place(buildId) {
      const [row] = await access.query<{ place: number | string }>(
        'reading a place in the queue',
        `select 1 + (select count(*) from slipway.builds o where o.state = 'queued'
                       and (o.priority > b.priority or (o.priority = b.priority and o.seq < b.seq))) as place
         from slipway.builds b where b.id = $1 and b.state = 'queued'`,
        [buildId],
      );
      return row && Number(row.place);
    },

    async previousPublished(service, beforeBuildId) {
      const [row] = await builds(
        `select * from slipway.builds where service = $1 and verdict = 'published'
           and seq < (select seq from slipway.builds where id = $2)
         order by seq desc limit 1`,
        [service, beforeBuildId],
      );
      return row && toBuild(row);
    },

    async counts() {
      const [row] = await access.query<
        Record<'queued' | 'running' | 'waiting', number | string> & { oldest: Date | null }
      >(
        'counting',
        `select (select count(*) from slipway.builds where state = 'queued') as queued,
                (select count(*) from slipway.builds where state = 'running') as running,
                (select count(*) from slipway.merges where plan is null) as waiting,
                (select min(created_at) from slipway.builds where state = 'queued') as oldest`,
      );
      return {
        queued: Number(row?.queued ?? 0),
        running: Number(row?.running ?? 0),
        waitingMerges: Number(row?.waiting ?? 0),
        ...(row?.oldest ? { oldestQueued: row.oldest } : {}),
      };
    },

    async tallies() {
      const rows = await access.query<{ verdict: Verdict; fault: Fault | null; count: number | string }>(
        'counting how builds ended',
        `select verdict, fault, sum(count) as count from (
           select verdict, outcome->>'fault' as fault, count(*) as count from slipway.builds
           where verdict is not null group by 1, 2
           union all select verdict, nullif(fault, ''), count from slipway.forgotten
         ) counted group by 1, 2 order by 1, 2`,
      );
      return rows.map(({ verdict, fault, count }) => ({
        verdict,
        count: Number(count),
        ...(fault === null ? {} : { fault }),
      }));
    },
  };
}
