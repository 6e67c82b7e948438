import type { DeliveryFacts } from '../../receive/ask-deliveries.ts';
import { type Check, ok, warning } from './check.ts';
import { appCheck } from './check-app.ts';

export const checkAppDeliveries = (ask: (signal: AbortSignal) => Promise<DeliveryFacts>): Check => ({
  name: 'GitHub App deliveries',
  after: appCheck,
  async run(signal) {
    const { last, count, failed, reason } = await ask(signal);
    if (last === undefined) return ok('GitHub keeps none: it has sent nothing for days');
    const when = `the last one at ${last.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
    if (failed === 0) return ok(`${when}; none of ${count} failed`);
    return warning(
      `${failed} of ${count} failed (the newest: ${reason || 'no reason given'}); ${when}`,
      'A running server asks for them again every 10 minutes; the App’s page, "Advanced", shows what came back.',
    );
  },
});
