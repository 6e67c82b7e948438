/**
 * Open pull requests as the newest event told of them, what was read for their plans, which versions they claim, the
 * check of each head commit, and texts that GitHub need not send again.
 */
export const openPulls = `
create table slipway.pulls (
  repository_id bigint not null,
  number integer not null,
  installation_id bigint not null,
  owner text not null,
  repo text not null,
  private boolean not null,
  repository_url text not null,
  repository_size bigint not null,
  is_open boolean not null,
  is_draft boolean not null,
  head_sha text not null,
  base_ref text not null,
  title text not null,
  labels json not null,
  author text not null,
  updated_at timestamptz not null,
  seq bigint not null default 1,
  read_seq bigint,
  read json,
  primary key (repository_id, number)
);
create index pulls_head on slipway.pulls (repository_id, head_sha) where is_open;
create index pulls_installation on slipway.pulls (installation_id);

create table slipway.claims (
  repository_id bigint not null,
  number integer not null,
  service text not null,
  version text,
  seq bigint generated always as identity unique,
  primary key (repository_id, number, service),
  foreign key (repository_id, number) references slipway.pulls on delete cascade
);
create index claims_service on slipway.claims (service, version, seq);

create table slipway.plan_checks (
  repository_id bigint not null,
  head_sha text not null,
  pull_number integer,
  installation_id bigint not null,
  owner text not null,
  repo text not null,
  repository_url text not null,
  run integer not null default 0,
  github_id bigint,
  status text not null default 'none',
  sure boolean not null default true,
  annotated boolean not null default false,
  primary key (repository_id, head_sha)
);
create index plan_checks_github on slipway.plan_checks (github_id);

create table slipway.texts (
  repository_id bigint not null,
  place text not null,
  path text not null,
  ref text not null,
  etag text,
  text text,
  primary key (repository_id, place, path)
);
`;
