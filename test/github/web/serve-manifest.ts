import { randomBytes, randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { judgeManifest, type Manifest } from '../judge/judge-manifest.ts';
import { type State, userOf } from '../state.ts';
import { html } from './html.ts';
import { readForm } from './read-form.ts';

const hour = 3_600_000;
const pattern = /^(?:\/organizations\/([A-Za-z\d-]+))?\/settings\/apps\/(new|[0-9a-f-]{36})$/;

/** What waits for somebody's confirmation. */
const asked = new WeakMap<
  State,
  Map<string, { manifest: Manifest; state: string; organization: string | undefined }>
>();

const pathOf = (url: string): string => url.replace(/\?.*$/, '');

export const isManifestPage = (url: string): boolean => pattern.test(pathOf(url));

/** The App is what the manifest says from here on; its secret is GitHub's. */
function makeApp(state: State, manifest: Manifest, name: string, organization: string | undefined): string {
  state.appName = name;
  state.appOwner = userOf(state, organization ?? 'mona', organization === undefined ? 'User' : 'Organization');
  state.events = manifest.default_events;
  state.permissions = manifest.default_permissions;
  state.hook.url = manifest.hook_attributes.url;
  state.hook.secret = randomBytes(20).toString('hex');
  const code = randomBytes(20).toString('hex');
  state.manifestCodes.set(code, Date.now() + hour);
  return code;
}

/**
 * GitHub's pages for making an App from a manifest: one that shows what is asked for, and the way back with a code once
 * somebody has confirmed it. Sign-in is left out.
 */
export async function serveManifest(state: State, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', state.webUrl);
  const [, organization, id = ''] = pattern.exec(url.pathname) ?? [];
  const form = await readForm(request);
  const waiting = asked.get(state) ?? new Map();
  asked.set(state, waiting);
  const end = (status: number, body: string, headers: Record<string, string> = {}) => {
    response.writeHead(status, { 'Content-Type': 'text/html; charset=utf-8', ...headers }).end(body);
  };
  const confirmed = waiting.get(id);
  if (request.method !== 'POST' || (id !== 'new' && confirmed === undefined)) return end(404, 'Not Found');
  if (confirmed !== undefined) {
    waiting.delete(id);
    const code = makeApp(state, confirmed.manifest, form.get('name') ?? '', confirmed.organization);
    const back = new URL(confirmed.manifest.redirect_url);
    back.searchParams.set('code', code);
    if (confirmed.state !== '') back.searchParams.set('state', confirmed.state);
    return end(302, '', { Location: back.href });
  }
  const { manifest, problems } = judgeManifest(form.get('manifest') ?? '');
  for (const problem of problems) state.violations.push({ call: `POST ${url.pathname}`, problem });
  if (manifest === undefined)
    return end(422, html`<h1>Invalid GitHub App configuration</h1><p>${problems.join(', ')}</p>`.html);
  const next = randomUUID();
  waiting.set(next, { manifest, state: url.searchParams.get('state') ?? '', organization });
  const action = `${state.webUrl}${url.pathname.replace(/new$/, next)}`;
  end(
    200,
    html`<!doctype html><link rel="icon" href="data:,"><h1>Create GitHub App for ${organization ?? 'mona'}</h1>
<form method="post" action="${action}"><input name="name" value="${manifest.name}"><button>Create GitHub App</button></form>`
      .html,
  );
}
