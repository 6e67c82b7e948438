/**
 * `json` rather than `jsonb` where people's words are kept: it takes every JSON text as it is, `\u0000` included, which
 * `jsonb` refuses.
 */
export const firstTables = `
create table slipway.merges (
  id text primary key,
  installation_id bigint not null,
  repository_id bigint not null,
  owner text not null,
  repo text not null,
  private boolean not null,
  number integer not null,
  merge_commit text not null,
  head_sha text not null,
  base_ref text not null,
  title text not null,
  labels json not null,
  author text not null,
  repository_url text not null,
  merged_at timestamptz not null,
  delivery_id text not null,
  received_at timestamptz not null default now(),
  plan json,
  conflicts json,
  comment_id bigint,
  comment_sha256 text,
  unique (repository_id, number, merge_commit)
);
create index merges_unplanned on slipway.merges (repository_id, merged_at, number) where plan is null;

create table slipway.builds (
  id text primary key,
  seq bigint generated always as identity unique,
  merge_id text not null references slipway.merges,
  service text not null,
  version text not null,
  artifact json not null,
  priority integer not null,
  state text not null check (state in ('queued', 'running', 'ended')),
  phase text,
  timings jsonb not null default '{}',
  lease integer not null default 0,
  cancel_requested boolean not null default false,
  committing boolean not null default false,
  staged json,
  outcome json,
  verdict text check (verdict in ('published', 'failed', 'refused', 'skipped', 'cancelled')),
  created_at timestamptz not null default now(),
  started_at timestamptz,
  ended_at timestamptz,
  check ((state = 'ended') = (verdict is not null))
);
create index builds_of_merge on slipway.builds (merge_id, seq);
create index builds_open on slipway.builds (service) where state <> 'ended';
create index builds_published on slipway.builds (service, seq) where verdict = 'published';

create table slipway.services (
  name text primary key,
  repository_id bigint not null,
  owner text not null,
  repo text not null
);

create table slipway.reservations (
  service text not null,
  version text not null,
  merge_id text not null references slipway.merges,
  published boolean not null default false,
  digest text,
  reserved_at timestamptz not null default now(),
  primary key (service, version)
);

create table slipway.logs (
  build_id text not null references slipway.builds,
  seq bigint not null,
  at timestamptz not null default now(),
  step_id text,
  text text not null,
  bytes integer not null,
  primary key (build_id, seq)
);
create table slipway.log_ends (
  build_id text primary key references slipway.builds,
  next_seq bigint not null default 1,
  head_bytes bigint not null default 0,
  marker_seq bigint,
  tail_bytes bigint not null default 0,
  left_out bigint not null default 0
);

create table slipway.checks (
  merge_id text not null references slipway.merges,
  subject text not null,
  commit text not null check (commit in ('head', 'merge')),
  github_id bigint,
  status text not null,
  sure boolean not null,
  primary key (merge_id, subject, commit)
);

create table slipway.settings (
  name text primary key,
  value text not null
);

create table slipway.pings (
  id integer primary key,
  at timestamptz not null
);
`;
