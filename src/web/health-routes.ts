import type { App } from './app.ts';
import { health } from './health.ts';
import { sameText } from './same-text.ts';
import { watchState } from './watch-state.ts';
import type { WebOptions } from './web-options.ts';

const text = { 'content-type': 'text/plain; charset=utf-8' };

/** Whether the process is alive, how its parts are, and its metrics. */
export function healthRoutes(app: App, { store, log, checks, metrics, settings, probes }: WebOptions): void {
  const times = probes ?? { timeoutMs: 2000, keepMs: 5000 };
  const ping = health('store', () => store.ping(), log, times);
  const parts = Object.entries(checks).map(([name, check]) => ({ name, ask: health(name, check, log, times) }));
  const { metricsToken } = settings;
  const tell = watchState(metrics.registry, { store, parts: [{ name: 'store', ask: ping }, ...parts] });

  app.get('/healthz', (c) => c.body('ok\n', 200, text));
  app.get('/readyz', async (c) => {
    const [storeState, ...states] = await Promise.all([ping(), ...parts.map(({ ask }) => ask())]);
    const told = Object.fromEntries(parts.map(({ name }, index) => [name, states[index]]));
    const ready = storeState === 'ok';
    return c.json({ ready, store: ready ? 'ok' : 'unavailable', ...told }, ready ? 200 : 503);
  });
  app.get('/metrics', async (c) => {
    const given = /^Bearer (\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1] ?? '';
    if (metricsToken !== undefined && !sameText(given, metricsToken)) {
      return c.body('Expected the token of METRICS_TOKEN: Authorization: Bearer TOKEN.\n', 401, {
        ...text,
        'www-authenticate': 'Bearer',
      });
    }
    await tell();
    return c.body(await metrics.registry.metrics(), 200, { 'content-type': metrics.registry.contentType });
  });
}
