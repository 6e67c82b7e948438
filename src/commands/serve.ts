import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { withAppFile } from '../app-file.ts';
import { SlipwayError } from '../errors.ts';
import { createLog } from '../log.ts';
import { logDestination } from '../log-destination.ts';
import { type Environment, type Role, readSettings, readStoreSettings } from '../settings.ts';
import { needsSetUp, setUpApp } from './set-up-app.ts';
import { startSlipway } from './start-slipway.ts';
import type { Terminal } from './terminal.ts';

export const serveUsage = `slipway serve [--role web|worker|all]
  The server: takes webhooks in, builds, publishes, reports. Settings come from the environment and .env.
  --role ROLE          web takes in and serves pages, worker plans and builds; default all; others need DATABASE_URL`;

const roles: readonly Role[] = ['web', 'worker', 'all'];

/** `slipway serve`: runs until it is told to stop. */
export async function serveCommand(
  args: readonly string[],
  { environment: given, signal }: { environment: Environment; terminal: Terminal; signal: AbortSignal },
): Promise<void> {
  const { values } = parseArgs({ args: [...args], options: { role: { type: 'string', default: 'all' } } });
  const role = roles.find((one) => one === values.role);
  if (role === undefined)
    throw new SlipwayError('bad-usage', `--role: expected web, worker or all, found \`${values.role}\`.`);
  const found = withAppFile(given);
  if (role !== 'all' && readStoreSettings(found).databaseUrl === undefined) {
    throw new SlipwayError('bad-settings', `--role ${role}: expected DATABASE_URL to be set, found none.`, {
      help: 'The embedded store belongs to one process: use --role all, or PostgreSQL.',
    });
  }
  const environment = role !== 'worker' && needsSetUp(found) ? await setUpApp({ environment: found, signal }) : found;
  if (environment === undefined) return;
  const settings = readSettings(environment);
  const log = createLog(settings.logLevel, await logDestination(settings.logFormat, environment));
  const running = await startSlipway({ settings, environment, role, log });
  log.info({ url: running.publicUrl, port: running.port, role }, 'slipway is ready');
  if (!signal.aborted) await once(signal, 'abort');
  log.info({ graceMs: settings.shutdownGrace }, 'slipway stops: running builds may end');
  await running.stop();
  log.info('slipway has stopped');
}
