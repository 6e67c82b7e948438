import { createSecretKey } from 'node:crypto';
import type { Metrics } from '../metrics.ts';
import type { Settings } from '../settings.ts';
import { type HttpOptions, type RunningServer, serveHttp } from './serve-http.ts';
import { type Door, takeDelivery, type Webhooks } from './take-delivery.ts';

type ServerOptions = Omit<HttpOptions, 'deliveries'> & {
  readonly settings: Pick<Settings, 'webhookSecret'>;
  readonly webhooks: Webhooks;
  readonly metrics: Pick<Metrics, 'delivered'>;
};

/**
 * The front door: webhook deliveries, and everything else to the pages.
 *
 * @throws {SlipwayError} `bad-settings` when the address cannot be listened on
 */
export async function startServer({ webhooks, metrics, ...options }: ServerOptions): Promise<RunningServer> {
  const { settings, log } = options;
  const key = createSecretKey(settings.webhookSecret, 'utf8');
  const large: Door['large'] = { held: 0 };
  return await serveHttp({
    ...options,
    deliveries: (req, res, limits) => takeDelivery(req, res, { key, webhooks, limits, large, log, metrics }),
  });
}
