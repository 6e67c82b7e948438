/** Tries are counted by phase in our rows: the queue only hands out work. */
export const tries = `
alter table slipway.builds
  add column tries jsonb not null default '{}',
  add column taken_at timestamptz,
  add column worked_ms bigint not null default 0,
  add column retry_at timestamptz,
  add column waits_for text,
  add column built json,
  add column no_cache boolean not null default false,
  add column requested_by text,
  add column cancelled_by text;
`;
