import type { Environment } from '../../environment.ts';
import type { Log } from '../../log.ts';
import { createMetrics } from '../../metrics.ts';
import { askDeliveries } from '../../receive/ask-deliveries.ts';
import { askHook } from '../../receive/ask-hook.ts';
import { createProbot } from '../../receive/create-probot.ts';
import { inspectApp } from '../../receive/inspect-app.ts';
import { readSettings } from '../../settings.ts';
import { needsSetUp } from '../set-up-app.ts';
import { type Check, warning } from './check.ts';
import { appCheck, checkApp } from './check-app.ts';
import { checkAppDeliveries } from './check-app-deliveries.ts';
import { checkAppEvents } from './check-app-events.ts';
import { checkAppPermissions } from './check-app-permissions.ts';
import { checkAppWebhook } from './check-app-webhook.ts';
import { publicUrlOf } from './check-public-url.ts';
import { once } from './once.ts';

const noApp: Check = {
  name: appCheck,
  after: 'settings',
  run: async () =>
    warning('there is none yet', 'Start the server and make it on the set-up page, whose address and token it logs.'),
};

/** What GitHub says of the App. */
export function appChecks(environment: Environment, log: Log): readonly Check[] {
  if (needsSetUp(environment)) return [noApp];
  const settings = once(async () => readSettings(environment));
  const probot = once(async () => createProbot({ settings: await settings(), log, metrics: createMetrics() }));
  const facts = once(async (signal: AbortSignal) => inspectApp(await probot(), signal));
  return [
    checkApp(environment.APP_ID ?? '', facts),
    checkAppPermissions(facts),
    checkAppEvents(facts),
    checkAppWebhook(
      async (signal) => askHook(await probot(), signal),
      async () => {
        const { webhookProxyUrl, ...door } = await settings();
        return webhookProxyUrl ?? `${publicUrlOf(door)}/api/github/webhooks`;
      },
    ),
    checkAppDeliveries(async (signal) => askDeliveries(await probot(), signal)),
  ];
}
