import type { IncomingMessage, ServerResponse } from 'node:http';
import { getRequestListener, type HttpBindings } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import type { Log } from '../log.ts';
import type { RegistrySettings, Settings } from '../settings.ts';
import type { Store } from '../store/store.ts';
import { assets } from './assets.ts';
import { buildPage } from './build-page.ts';
import { buildsPage } from './builds-page.ts';
import { type Check, health } from './health.ts';
import { logTail } from './log-tail.ts';
import { messagePage } from './message-page.ts';
import { secureHeaders } from './secure-headers.ts';
import { streamLog } from './stream-log.ts';
import { verifyLink } from './verify-link.ts';

export type WebOptions = {
  readonly store: Pick<Store, 'build' | 'merge' | 'listBuilds' | 'readLog' | 'ping'>;
  /** The parts whose state `/readyz` names beside the store: engine, registry, disk. */
  readonly checks: Readonly<Record<string, Check>>;
  readonly settings: Pick<Settings, 'visibility'> & { readonly registry: Pick<RegistrySettings, 'address'> };
  /** From `linkKey`. */
  readonly linkKey: string;
  readonly log: Log;
  /** Milliseconds: how long a check may take, and how long its answer is kept. */
  readonly probes?: { readonly timeoutMs: number; readonly keepMs: number };
};

const listed = 50;
const shownLines = 2000;
const idPattern = /^[\w-]{1,64}$/;
const text = { 'content-type': 'text/plain; charset=utf-8' };

/** The pages, and the two routes that tell whether the server is alive and well. */
export function createWeb(options: WebOptions): (req: IncomingMessage, res: ServerResponse) => Promise<void> {
  const { store, settings, linkKey, log, probes = { timeoutMs: 2000, keepMs: 5000 } } = options;
  const open = settings.visibility === 'repository';
  const ping = health('store', () => store.ping(), log, probes);
  const checks = Object.entries(options.checks).map(([name, check]) => ({
    name,
    ask: health(name, check, log, probes),
  }));

  const app = new Hono<{ Bindings: HttpBindings }>({ strict: false });
  app.use(secureHeaders);
  // One page for what does not exist and for what the reader may not see: nobody learns which of them it was.
  const notFound = (c: Context) =>
    c.html(
      messagePage(
        'Not found',
        'There is nothing at this address, or it is not for you. Builds of private repositories open from the link on their check on GitHub.',
      ),
      404,
    );
  app.notFound(notFound);
  app.onError((error, c) => {
    log.error({ err: error, route: c.req.path }, 'page failed');
    return c.html(messagePage('Something went wrong', 'The server could not answer; its log has the reason.'), 500);
  });

  app.get('/healthz', (c) => c.body('ok\n', 200, text));
  app.get('/readyz', async (c) => {
    const [storeState, ...states] = await Promise.all([ping(), ...checks.map(({ ask }) => ask())]);
    const parts = Object.fromEntries(checks.map(({ name }, index) => [name, states[index]]));
    const ready = storeState === 'ok';
    return c.json({ ready, store: ready ? 'ok' : 'unavailable', ...parts }, ready ? 200 : 503);
  });
  for (const [path, asset] of assets) {
    app.get(path, (c) => {
      const headers = { etag: asset.etag, 'cache-control': 'public, max-age=31536000, immutable' };
      if (c.req.header('if-none-match') === asset.etag) return c.body(null, 304, headers);
      return c.body(asset.text, 200, { ...headers, 'content-type': asset.type });
    });
  }

  /** The build and its merge, where this reader may see them. Asks the store the same things in either case. */
  const find = async (id: string, key: string | undefined) => {
    if (!idPattern.test(id)) return undefined;
    const build = await store.build(id);
    const merge = await store.merge(build?.mergeId ?? id);
    const signed = verifyLink(linkKey, id, key);
    if (build === undefined || merge === undefined) return undefined;
    return signed || (open && !merge.private) ? { build, merge, signed } : undefined;
  };

  app.get('/', (c) => c.redirect('/builds'));
  app.get('/builds', async (c) => {
    if (!open) return notFound(c);
    const before = c.req.query('before');
    if (before !== undefined && !idPattern.test(before)) return notFound(c);
    const filter = { publicOnly: true, limit: listed, ...(before === undefined ? {} : { before }) };
    const builds = await store.listBuilds(filter);
    const older = builds.length < listed ? undefined : builds.at(-1)?.build.id;
    return c.html(buildsPage(builds, { first: before === undefined, ...(older === undefined ? {} : { older }) }));
  });
  app.get('/builds/:id', async (c) => {
    const id = c.req.param('id');
    const key = c.req.query('key');
    const found = await find(id, key);
    if (found === undefined) return notFound(c);
    const query = found.signed ? `?key=${encodeURIComponent(key ?? '')}` : '';
    return c.html(
      buildPage({
        build: found.build,
        merge: found.merge,
        tail: logTail(await store.readLog(id), shownLines),
        registry: settings.registry.address,
        logHref: `/builds/${id}/log${query}`,
        now: new Date(),
      }),
    );
  });
  app.get('/builds/:id/log', async (c) => {
    const id = c.req.param('id');
    if ((await find(id, c.req.query('key'))) === undefined) return notFound(c);
    const breakOff = () => c.env.outgoing.destroy();
    return c.body(await streamLog(store, id, { log, breakOff }), 200, text);
  });

  return getRequestListener(app.fetch, {
    overrideGlobalObjects: false,
    errorHandler: () => new Response('Expected an HTTP request with a Host.\n', { status: 400, headers: text }),
  });
}
