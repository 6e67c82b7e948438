/** Up to when a repository's merged pull requests are known to be taken in, and GitHub's tag of the list last seen. */
export const sweep = `
create table slipway.sweeps (
  repository_id bigint primary key,
  mark timestamptz not null,
  etag text
);
create index checks_github on slipway.checks (github_id);
create index merges_head on slipway.merges (repository_id, head_sha);
`;
