/** What the pages show beside the builds: lines of logs by number, steps of running builds, workers, sessions. */
export const pages = `
alter table slipway.logs add column first_line bigint not null default 1;
update slipway.logs l set first_line = n.first_line from (
  select build_id, seq, 1 + coalesce(sum(case when bytes = 0 then 0 else length(text) - length(replace(text, chr(10), '')) end)
    over (partition by build_id order by seq rows between unbounded preceding and 1 preceding), 0) as first_line
  from slipway.logs
) n where n.build_id = l.build_id and n.seq = l.seq;
alter table slipway.log_ends add column next_line bigint not null default 1;
update slipway.log_ends e set next_line = coalesce((
  select l.first_line + length(l.text) - length(replace(l.text, chr(10), ''))
  from slipway.logs l where l.build_id = e.build_id and l.bytes > 0 order by l.seq desc limit 1), 1);

create table slipway.progress (
  build_id text primary key references slipway.builds on delete cascade,
  lease integer not null,
  steps json not null,
  at timestamptz not null default clock_timestamp()
);

create table slipway.workers (
  id text primary key,
  about json not null,
  seen_at timestamptz not null
);

create table slipway.sessions (
  id_sha256 text primary key,
  user_id bigint not null,
  login text not null,
  sealed_token text not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null
);

create index builds_service on slipway.builds (service, seq);
create index builds_verdict on slipway.builds (verdict, seq);
create index builds_waiting on slipway.builds (priority, seq) where state = 'queued';
create index services_repository on slipway.services (lower(owner), lower(repo));
create index merges_installation on slipway.merges (installation_id, repository_id);
`;
