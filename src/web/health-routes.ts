import type { App } from './app.ts';
import { health } from './health.ts';
import { sameText } from './same-text.ts';
import type { WebOptions } from './web-options.ts';

const text = { 'content-type': 'text/plain; charset=utf-8' };

/** Whether the process is alive, how its parts are, and its metrics. */
export function healthRoutes(app: App, { store, log, checks, metrics, probes }: WebOptions): void {
  const times = probes ?? { timeoutMs: 2000, keepMs: 5000 };
  const ping = health('store', () => store.ping(), log, times);
  const parts = Object.entries(checks).map(([name, check]) => ({ name, ask: health(name, check, log, times) }));

  app.get('/healthz', (c) => c.body('ok\n', 200, text));
  app.get('/readyz', async (c) => {
    const [storeState, ...states] = await Promise.all([ping(), ...parts.map(({ ask }) => ask())]);
    const told = Object.fromEntries(parts.map(({ name }, index) => [name, states[index]]));
    const ready = storeState === 'ok';
    return c.json({ ready, store: ready ? 'ok' : 'unavailable', ...told }, ready ? 200 : 503);
  });
  if (metrics === undefined) return;
  app.get('/metrics', async (c) => {
    const { token } = metrics;
    const given = /^Bearer (\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1] ?? '';
    if (token !== undefined && !sameText(given, token)) {
      return c.body('Expected the token of METRICS_TOKEN: Authorization: Bearer TOKEN.\n', 401, {
        ...text,
        'www-authenticate': 'Bearer',
      });
    }
    const answer = await metrics.text();
    return c.body(answer.text, 200, { 'content-type': answer.type });
  });
}
