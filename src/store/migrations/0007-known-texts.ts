/** What helps to know a text at another commit without reading it, and how many commits a pull request has. */
export const knownTexts = `
alter table slipway.texts add column is_plain boolean not null default false;
alter table slipway.texts add column merge_base text;
alter table slipway.texts add column patch text;
alter table slipway.texts add column commits integer;
alter table slipway.pulls add column commits integer;
`;
