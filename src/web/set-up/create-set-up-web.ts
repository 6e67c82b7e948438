import type { IncomingMessage, ServerResponse } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { getCookie, setCookie } from 'hono/cookie';
import { SlipwayError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { Bindings, Request } from '../app.ts';
import { assetRoutes } from '../asset-routes.ts';
import { readForm } from '../read-form.ts';
import { sameText } from '../same-text.ts';
import { safeHeaders, secureHeaders } from '../secure-headers.ts';
import type { AppManifest } from './app-manifest.ts';
import { appPage, donePage, latePage, tokenPage, unreachablePage } from './set-up-pages.ts';
import { createSetUpSessions } from './set-up-sessions.ts';
import { createTakeOnce, type TakenApp } from './take-once.ts';

const text = { 'content-type': 'text/plain; charset=utf-8' };
const mostBody = 4096;
/** A login of GitHub. */
const login = /^[a-z\d](?:[a-z\d-]{0,37}[a-z\d])?$/i;

export type SetUpOptions = {
  /** What the page asks for; from the log. */
  readonly token: string;
  readonly publicUrl: string;
  /** `https://github.com`, or GitHub Enterprise Server's own address. */
  readonly githubWeb: string;
  /** Undefined where GitHub could not reach this server. */
  readonly manifest: AppManifest | undefined;
  /** Makes what GitHub has behind a code into this server's App, and keeps it. */
  take(code: string): Promise<TakenApp>;
  readonly log: Log;
};

/** The page on which a server without a GitHub App gets one, and what machines ask meanwhile. */
export function createSetUpWeb(options: SetUpOptions): (req: IncomingMessage, res: ServerResponse) => Promise<void> {
  const { publicUrl, githubWeb, manifest, log } = options;
  const app = new Hono<Bindings>({ strict: false });
  const sessions = createSetUpSessions(options.token);
  const takeOnce = createTakeOnce(options.take);
  const secure = publicUrl.startsWith('https:');
  const cookie = `${secure ? '__Host-' : ''}slipway_setup`;
  const stateOf = (c: Request) => sessions.stateOf(getCookie(c, cookie));

  app.use(async (c, next) => {
    await next();
    // GitHub's page may lead on to a single sign-on somewhere else, and asks where a form came from.
    const forms = `form-action 'self' ${new URL(publicUrl).origin} ${githubWeb} https:`;
    const policy = c.res.headers.get('content-security-policy') ?? '';
    c.header('content-security-policy', policy.replace("form-action 'self'", forms));
    c.header('referrer-policy', 'strict-origin');
  });
  app.use(secureHeaders);
  app.onError((error, c) => {
    log.error({ err: error, route: c.req.path }, 'page failed');
    return c.body('Something went wrong on the server; its log has the reason.\n', 500, text);
  });
  app.on('POST', '*', bodyLimit({ maxSize: mostBody, onError: (c) => c.body('Too large.\n', 413, text) }));
  assetRoutes(app);
  app.get('/healthz', (c) => c.body('ok\n', 200, text));
  app.get('/readyz', (c) => c.json({ ready: false, github: 'not set up' }, 503));
  app.get('/', (c) => c.redirect('/setup'));

  const appForm = (c: Request, state: string, problem?: string) => {
    if (manifest === undefined) return c.html(unreachablePage(publicUrl), 409);
    const organization = (c.req.query('organization') ?? '').trim();
    const isLogin = organization === '' || login.test(organization);
    const owner = isLogin && organization !== '' ? `/organizations/${organization}` : '';
    const action = `${githubWeb}${owner}/settings/apps/new?state=${state}`;
    const wrong = isLogin ? undefined : 'This is no name that an organization can have on GitHub.';
    const shown = isLogin ? organization : '';
    const what = { manifest, action, organization: shown, problem: problem ?? wrong };
    return c.html(appPage(what), problem === undefined && isLogin ? 200 : 409);
  };

  app.get('/setup', (c) => (stateOf(c) === undefined ? c.html(tokenPage(publicUrl)) : c.redirect('/setup/app')));
  app.post('/setup', async (c) => {
    const { token } = await readForm(c);
    const entered = sessions.enter(typeof token === 'string' ? token : '');
    if (typeof entered === 'object') {
      setCookie(c, cookie, entered.session, { path: '/', httpOnly: true, sameSite: 'Lax', secure });
      return c.redirect('/setup/app', 303);
    }
    if (entered === 'wait') {
      log.warn('too many wrong tokens on the set-up page: it takes none for a minute');
      c.header('retry-after', '60');
      return c.html(tokenPage(publicUrl, 'Too many wrong tokens: wait a minute.'), 429);
    }
    return c.html(
      tokenPage(publicUrl, 'This is not the token of the log. A server that starts again has a new one.'),
      403,
    );
  });
  app.get('/setup/app', (c) => {
    const state = stateOf(c);
    return state === undefined ? c.redirect('/setup') : appForm(c, state);
  });
  app.get('/setup/callback', async (c) => {
    const state = stateOf(c);
    const { code = '', state: given = '' } = c.req.query();
    if (state === undefined || code === '' || !sameText(given, state)) {
      const problem =
        'GitHub led here from a set-up that was begun in another browser, or before the server started again. Begin again.';
      return state === undefined ? c.html(tokenPage(publicUrl, problem), 403) : appForm(c, state, problem);
    }
    try {
      const app = await takeOnce(code);
      if (app === undefined) return c.html(latePage(), 409);
      return c.html(donePage({ name: app.name, install: `${app.page}/installations/new` }));
    } catch (error) {
      if (!(error instanceof SlipwayError)) throw error;
      log.error({ err: error }, 'the GitHub App could not be taken over');
      return appForm(c, state, `${error.message} ${error.help ?? ''}`.trim());
    }
  });
  app.notFound((c) => c.body('This Slipway is not set up yet: open /setup.\n', 503, text));
  return getRequestListener(app.fetch, {
    overrideGlobalObjects: false,
    errorHandler: () =>
      new Response('Expected an HTTP request with a Host.\n', { status: 400, headers: { ...text, ...safeHeaders } }),
  });
}
