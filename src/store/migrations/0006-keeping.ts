/** What is needed to let go of old rows: how those ended that are gone, and since when a plan's check is there. */
export const keeping = `
create table slipway.forgotten (
  verdict text not null,
  fault text not null,
  count bigint not null,
  primary key (verdict, fault)
);
alter table slipway.plan_checks add column made_at timestamptz not null default now();
create index builds_ended on slipway.builds (ended_at) where state = 'ended';
create index reservations_merge on slipway.reservations (merge_id);
`;
