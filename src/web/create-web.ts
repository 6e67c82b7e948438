import type { IncomingMessage, ServerResponse } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { SlipwayError } from '../errors.ts';
import { actRoutes } from './act-routes.ts';
import type { Bindings, Request } from './app.ts';
import { assetRoutes } from './asset-routes.ts';
import { badgeRoutes } from './badge-routes.ts';
import { buildRoutes } from './build-routes.ts';
import { healthRoutes } from './health-routes.ts';
import { createLiveBuilds } from './live-builds.ts';
import { messagePage } from './message-page.ts';
import { overviewRoutes } from './overview-routes.ts';
import { readerOf } from './reader-of.ts';
import { createRepositoryAccess } from './repository-access.ts';
import { safeHeaders, secureHeaders } from './secure-headers.ts';
import { serviceRoutes } from './service-routes.ts';
import { createSessions } from './sessions.ts';
import { signInRoutes } from './sign-in-routes.ts';
import type { Site } from './site.ts';
import type { WebOptions } from './web-options.ts';

const text = { 'content-type': 'text/plain; charset=utf-8' };
const mostBody = 16 * 1024;

/** The pages, and the routes that machines ask: health, badges, metrics. */
export function createWeb(options: WebOptions): (req: IncomingMessage, res: ServerResponse) => Promise<void> {
  const { store, settings, log, ask, signIn, publicUrl, accessKeepMs } = options;
  const app = new Hono<Bindings>({ strict: false });
  const site: Site = {
    ...options,
    live: createLiveBuilds({ store, log }),
    sessions: createSessions({ store, key: options.cookieKey, canSignIn: signIn !== undefined, publicUrl }),
    access: createRepositoryAccess({
      store,
      ask,
      visibility: settings.visibility,
      log,
      ...(accessKeepMs === undefined ? {} : { keepMs: accessKeepMs }),
    }),
    async notFound(c: Request) {
      const reader = await readerOf(site, c);
      const how =
        reader.login !== undefined || !reader.canSignIn
          ? 'Builds of private repositories open from the link on their check on GitHub.'
          : 'Sign in to see builds of private repositories that you can read on GitHub.';
      return c.html(
        messagePage(reader, 'Not found', `There is nothing at this address, or it is not for you. ${how}`),
        404,
      );
    },
  };
  app.use(secureHeaders);
  app.notFound((c) => site.notFound(c));
  app.onError((error, c) => {
    const { incoming } = c.env;
    if (incoming.destroyed && !incoming.complete) {
      log.info({ route: c.req.path }, 'a request was broken off by its sender');
      return c.body(null, 400);
    }
    const reader = { canSignIn: false, at: '/' };
    if (error instanceof SlipwayError && error.code === 'github-unavailable') {
      log.warn({ err: error, route: c.req.path }, 'an act was put off: GitHub does not tell who may');
      const sentence =
        'Whether you may do this is asked of GitHub each time, so nothing was done. Try again in a moment.';
      return c.html(messagePage(reader, 'GitHub does not answer', sentence), 503);
    }
    log.error({ err: error, route: c.req.path }, 'page failed');
    return c.html(
      messagePage(reader, 'Something went wrong', 'The server could not answer; its log has the reason.'),
      500,
    );
  });
  app.on('POST', '*', bodyLimit({ maxSize: mostBody, onError: (c) => c.body('Too large.\n', 413, text) }));
  assetRoutes(app);
  healthRoutes(app, options);
  badgeRoutes(app, site);
  overviewRoutes(app, site);
  buildRoutes(app, site);
  serviceRoutes(app, site);
  actRoutes(app, site);
  if (signIn !== undefined) signInRoutes(app, site, signIn);

  return getRequestListener(app.fetch, {
    overrideGlobalObjects: false,
    errorHandler: () =>
      new Response('Expected an HTTP request with a Host.\n', { status: 400, headers: { ...text, ...safeHeaders } }),
  });
}
