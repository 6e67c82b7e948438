import type { Installation, User } from '../records.ts';
import type { State } from '../state.ts';
import { nodeId, timestamp, timestampOrNull } from './text.ts';

export function renderUser(state: State, user: User) {
  const url = `${state.apiUrl}/users/${encodeURIComponent(user.login)}`;
  const app = user.type === 'Bot';
  return {
    login: user.login,
    id: user.id,
    node_id: nodeId(user.type === 'Organization' ? 'O' : 'U', user.id),
    avatar_url: `${state.webUrl}/avatars/u/${user.id}?v=4`,
    gravatar_id: '',
    url,
    html_url: app ? `${state.webUrl}/apps/${state.appSlug}` : `${state.webUrl}/${user.login}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type: user.type,
    user_view_type: 'public',
    site_admin: false,
  };
}

/** The organization of a payload; only repositories of an organization have one. */
export function renderOrganization(state: State, user: User) {
  const url = `${state.apiUrl}/orgs/${encodeURIComponent(user.login)}`;
  return {
    login: user.login,
    id: user.id,
    node_id: nodeId('O', user.id),
    url,
    repos_url: `${url}/repos`,
    events_url: `${url}/events`,
    hooks_url: `${url}/hooks`,
    issues_url: `${url}/issues`,
    members_url: `${url}/members{/member}`,
    public_members_url: `${url}/public_members{/member}`,
    avatar_url: `${state.webUrl}/avatars/u/${user.id}?v=4`,
    description: null,
  };
}

export function renderApp(state: State) {
  return {
    id: state.appId,
    client_id: state.clientId,
    slug: state.appSlug,
    node_id: nodeId('A', state.appId),
    owner: renderUser(state, state.appOwner),
    name: state.appName,
    description: null,
    external_url: 'https://slipway.example',
    html_url: `${state.webUrl}/apps/${state.appSlug}`,
    created_at: '2026-01-05T09:00:00Z',
    updated_at: '2026-01-05T09:00:00Z',
    permissions: state.permissions,
    events: state.events,
  };
}

export function renderInstallation(state: State, installation: Installation) {
  const url = `${state.apiUrl}/app/installations/${installation.id}`;
  const { account } = installation;
  const settings =
    account.type === 'Organization'
      ? `organizations/${account.login}/settings/installations`
      : 'settings/installations';
  return {
    id: installation.id,
    client_id: state.clientId,
    account: renderUser(state, account),
    repository_selection: 'selected',
    access_tokens_url: `${url}/access_tokens`,
    repositories_url: `${state.apiUrl}/installation/repositories`,
    html_url: `${state.webUrl}/${settings}/${installation.id}`,
    app_id: state.appId,
    app_slug: state.appSlug,
    target_id: account.id,
    target_type: account.type,
    permissions: installation.permissions,
    events: state.events,
    created_at: timestamp(installation.createdAt),
    updated_at: timestamp(installation.createdAt),
    single_file_name: null,
    has_multiple_single_files: false,
    single_file_paths: [],
    suspended_by: installation.suspendedAt === null ? null : renderUser(state, account),
    suspended_at: timestampOrNull(installation.suspendedAt),
  };
}
