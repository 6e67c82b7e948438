import type { Log } from '../log.ts';
import { createMetrics } from '../metrics.ts';
import type { Actions } from '../publish/actions.ts';
import { connectChannel } from '../receive/connect-channel.ts';
import { createProbot } from '../receive/create-probot.ts';
import type { Limits } from '../receive/limits.ts';
import { probotWebhooks } from '../receive/probot-webhooks.ts';
import { registerHandlers } from '../receive/register-handlers.ts';
import { startServer } from '../receive/start-server.ts';
import { startSweep } from '../receive/sweep.ts';
import type { Environment, Role, Settings } from '../settings.ts';
import { backupStore, removeLeftBackups } from './backup-store.ts';
import { openSlipway } from './open-slipway.ts';
import { serveAdmin } from './serve-admin.ts';
import { storeVerbs } from './store-verbs.ts';

export type RunningSlipway = {
  readonly port: number;
  readonly publicUrl: string;
  readonly actions: Actions;
  /** Takes deliveries in until running builds have ended or had their grace, then lets go of everything. */
  stop(): Promise<void>;
};

export type StartOptions = {
  readonly settings: Settings;
  readonly environment: Environment;
  readonly role: Role;
  readonly log: Log;
  readonly limits?: Partial<Limits>;
  /** Milliseconds between sweeps. */
  readonly sweepEvery?: number;
  /** Seconds before the second, third, ... try of a phase. */
  readonly waits?: readonly number[];
};

/**
 * The whole server: front door, store, pages and, unless its role is `web`, the work.
 *
 * @throws {SlipwayError} `bad-settings`, `store-failed`; nothing is left running then
 */
export async function startSlipway({ settings, log, role, limits, ...rest }: StartOptions): Promise<RunningSlipway> {
  const metrics = createMetrics();
  const app = await createProbot({ settings, log, metrics });
  let publicUrl = settings.publicUrl ?? '';
  const slipway = await openSlipway({ ...rest, settings, role, log, app, metrics, publicUrl: () => publicUrl });
  const { store, owners, web } = slipway;
  const releasers: (() => Promise<unknown>)[] = [() => slipway.close()];
  const stop = async () => {
    for (const release of releasers.splice(0).toReversed()) await release();
  };
  try {
    registerHandlers(app, { store, owners, log });
    const webhooks = probotWebhooks(app);
    const server = await startServer({
      settings,
      webhooks,
      web,
      log,
      metrics,
      ...(limits === undefined ? {} : { limits }),
    });
    releasers.push(() => server.close({ graceMs: settings.shutdownGrace }));
    // Deliveries are taken in until the work has stopped.
    releasers.push(() => slipway.stopWork(settings.shutdownGrace));
    if (settings.databaseUrl === undefined) {
      const { dataDir } = settings;
      await removeLeftBackups(dataDir);
      const verbs = {
        ...storeVerbs(store),
        backup: () => backupStore(dataDir, (target) => store.copyTo(target)),
        async status() {
          await store.ping();
          return { store: 'ok' };
        },
      };
      releasers.push(await serveAdmin({ dataDir, verbs, log }));
    }
    if (publicUrl === '') publicUrl = `http://localhost:${server.port}`;
    if (settings.webhookProxyUrl !== undefined) {
      const target = `http://127.0.0.1:${server.port}/api/github/webhooks`;
      releasers.push(await connectChannel({ url: settings.webhookProxyUrl, target, log }));
    }
    if (role !== 'web') {
      await slipway.startWork();
      const sweep = startSweep({ app, store, owners, log }, rest.sweepEvery);
      releasers.push(() => sweep.stop());
    }
    return { port: server.port, publicUrl, actions: slipway.actions, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
