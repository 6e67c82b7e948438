import type { Permissions } from '../records.ts';
import { description } from './description.ts';
import { judgeBody } from './judge.ts';

export type Manifest = {
  readonly name: string;
  readonly hook_attributes: { readonly url: string };
  readonly redirect_url: string;
  readonly default_events: readonly string[];
  readonly default_permissions: Permissions;
};

/** Keys of a manifest, and what their values are (GitHub Docs, "Registering a GitHub App from a manifest"). */
const kinds: Readonly<Record<string, string>> = {
  name: 'string',
  url: 'string',
  hook_attributes: 'object',
  redirect_url: 'string',
  callback_urls: 'object',
  setup_url: 'string',
  description: 'string',
  public: 'boolean',
  default_events: 'object',
  default_permissions: 'object',
  request_oauth_on_install: 'boolean',
  setup_on_update: 'boolean',
};

/** Permissions of which an App needs one to be sent an event (GitHub Docs, "Webhook events and payloads"). */
const permissionsFor: Readonly<Record<string, readonly string[]>> = {
  check_run: ['checks'],
  check_suite: ['checks'],
  issue_comment: ['issues', 'pull_requests'],
  merge_group: ['merge_queues'],
  pull_request: ['pull_requests'],
  push: ['contents'],
  repository: ['metadata'],
};

/** Characters. */
const longestName = 34;
const here = /^(localhost|.*\.localhost|127\..*|\[::1\]|0\.0\.0\.0)$/;

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

function addressProblems(name: string, value: unknown): string[] {
  const url = typeof value === 'string' ? URL.parse(value) : null;
  return url !== null && /^https?:$/.test(url.protocol) ? [] : [`${name} is no http or https address`];
}

function hookProblems(hook: unknown): string[] {
  if (!isRecord(hook)) return ['hook_attributes.url is missing: an App without it gets no secret'];
  const unknown = Object.keys(hook).filter((key) => key !== 'url' && key !== 'active');
  const url = typeof hook.url === 'string' ? URL.parse(hook.url) : null;
  return [
    ...unknown.map((key) => `hook_attributes has an unknown ${key}`),
    ...addressProblems('hook_attributes.url', hook.url),
    ...(url !== null && here.test(url.hostname)
      ? ['hook_attributes.url is not reachable over the public Internet']
      : []),
  ];
}

function eventProblems(events: unknown, permissions: unknown): string[] {
  if (!Array.isArray(events)) return ['default_events is no list'];
  return events.flatMap((event) => {
    const needed = permissionsFor[String(event)];
    if (needed === undefined) return [`default_events has ${event}, which no App of this kind asks for`];
    const granted = isRecord(permissions) && needed.some((one) => permissions[one] !== undefined);
    return granted ? [] : [`default_events has ${event} without the permission ${needed.join(' or ')}`];
  });
}

function permissionProblems(permissions: unknown): string[] {
  const route = '/app/installations/{installation_id}/access_tokens';
  const operation = description().operations.find(({ template }) => template === route);
  return operation === undefined ? [`${route} is not described`] : judgeBody(operation, { permissions });
}

/** What GitHub would not take of a manifest; the manifest where there is nothing. */
export function judgeManifest(text: string): { readonly manifest: Manifest | undefined; readonly problems: string[] } {
  let manifest: unknown;
  try {
    manifest = JSON.parse(text);
  } catch {
    return { manifest: undefined, problems: ['the manifest is no JSON'] };
  }
  if (!isRecord(manifest)) return { manifest: undefined, problems: ['the manifest is no object'] };
  const given = manifest;
  const problems = [
    ...Object.keys(given)
      .filter((key) => typeof given[key] !== kinds[key])
      .map((key) => `the manifest has a wrong or unknown ${key}`),
    ...(typeof given.name === 'string' && given.name !== '' && given.name.length <= longestName
      ? []
      : [`the name is missing or longer than ${longestName} characters`]),
    ...['url', 'redirect_url'].flatMap((key) => addressProblems(key, given[key])),
    ...(Array.isArray(given.callback_urls)
      ? given.callback_urls.flatMap((one) => addressProblems('callback_urls', one))
      : ['callback_urls is no list']),
    ...hookProblems(given.hook_attributes),
    ...permissionProblems(given.default_permissions),
    ...eventProblems(given.default_events, given.default_permissions),
  ];
  return { manifest: problems.length === 0 ? (given as unknown as Manifest) : undefined, problems };
}
