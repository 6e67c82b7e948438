import { createHash, randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type State, userOf } from '../state.ts';
import { html } from './html.ts';
import { readForm } from './read-form.ts';

const minutes = 60_000;
const tokenLifetime = 8 * 60 * minutes;

export const isOAuth = (url: string): boolean => /^\/login\/oauth\/(authorize|access_token)(\?|$)/.test(url);

const json = (response: ServerResponse, body: object) =>
  response.writeHead(200, { 'Content-Type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));

/** GitHub's page on which a person lets an App know who they are. Whoever the form names is signed in to GitHub here. */
async function authorize(state: State, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', state.webUrl);
  const ask = (name: string) => url.searchParams.get(name) ?? '';
  const end = (status: number, body: string, headers: Record<string, string> = {}) =>
    response.writeHead(status, { 'Content-Type': 'text/html; charset=utf-8', ...headers }).end(body);
  if (ask('client_id') !== state.clientId) return void end(404, html`<h1>Not Found</h1>`.html);
  for (const name of ['state', 'code_challenge', 'redirect_uri']) {
    if (ask(name) === '') state.violations.push({ call: 'GET /login/oauth/authorize', problem: `${name} is missing` });
  }
  if (ask('code_challenge_method') !== 'S256') return void end(400, html`<h1>Only S256 is supported</h1>`.html);
  if (request.method !== 'POST') {
    return void end(
      200,
      html`<!doctype html><title>Authorize Slipway</title><link rel="icon" href="data:,"><h1>Authorize Slipway</h1><form method="post" action="${url.pathname}${url.search}">
<label>Account <input name="login"></label><button name="answer" value="yes">Authorize</button><button name="answer" value="no">Cancel</button></form>`
        .html,
    );
  }
  const form = await readForm(request);
  const back = new URL(ask('redirect_uri'));
  back.searchParams.set('state', ask('state'));
  if (form.get('answer') === 'yes') {
    const code = randomBytes(10).toString('hex');
    const login = userOf(state, form.get('login') ?? '').login;
    state.signInCodes.set(code, {
      login,
      challenge: ask('code_challenge'),
      redirect: ask('redirect_uri'),
      expiresAt: Date.now() + 10 * minutes,
    });
    back.searchParams.set('code', code);
  } else back.searchParams.set('error', 'access_denied');
  end(302, '', { Location: back.href });
}

/** A code becomes a person's token once. GitHub tells of what is wrong with 200. */
async function exchange(state: State, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const form = await readForm(request);
  const code = form.get('code') ?? '';
  const known = state.signInCodes.get(code);
  const verifier = form.get('code_verifier') ?? '';
  const refuse = (error: string) => void json(response, { error, error_description: 'See the documentation.' });
  if (form.get('client_id') !== state.clientId || form.get('client_secret') !== state.clientSecret) {
    return refuse('incorrect_client_credentials');
  }
  state.signInCodes.delete(code);
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  if (known === undefined || known.expiresAt < Date.now() || known.challenge !== challenge)
    return refuse('bad_verification_code');
  if (form.get('redirect_uri') !== known.redirect) return refuse('redirect_uri_mismatch');
  const token = `ghu_${randomBytes(18).toString('hex')}`;
  state.personTokens.set(token, { login: known.login, expiresAt: Date.now() + tokenLifetime });
  json(response, {
    access_token: token,
    expires_in: tokenLifetime / 1000,
    refresh_token: `ghr_${randomBytes(38).toString('hex')}`,
    refresh_token_expires_in: 15_897_600,
    scope: '',
    token_type: 'bearer',
  });
}

/** Sign-in with the App (GitHub Docs, "Generating a user access token for a GitHub App"), with PKCE. */
export async function serveOAuth(state: State, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const isExchange = request.url?.startsWith('/login/oauth/access_token');
  if (isExchange && request.method !== 'POST') return void response.writeHead(404).end();
  await (isExchange ? exchange : authorize)(state, request, response);
}
