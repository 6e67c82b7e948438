import type { HookFacts } from '../../receive/ask-hook.ts';
import { type Check, fails, ok, warning } from './check.ts';
import { appCheck } from './check-app.ts';

/** @param address PUBLIC_URL and the path of webhooks, or the smee channel */
export const checkAppWebhook = (
  ask: (signal: AbortSignal) => Promise<HookFacts>,
  address: () => Promise<string>,
): Check => ({
  name: 'GitHub App webhook',
  after: appCheck,
  async run(signal) {
    const { url, contentType, checksCertificate } = await ask(signal);
    const expected = await address();
    const page = 'on the App’s page, under "Webhook"';
    if (url === '') return fails('GitHub has no address to send webhooks to', `Set ${expected} ${page}.`);
    if (url.replace(/\/+$/, '') !== expected) {
      return fails(`GitHub sends to ${url}, expected ${expected}`, `Set the address ${page}, or mend PUBLIC_URL.`);
    }
    if (contentType !== 'json') {
      return fails(
        `GitHub sends ${contentType || 'another format'}, expected json`,
        `Choose application/json ${page}.`,
      );
    }
    if (!checksCertificate)
      return warning(`${url}, whose certificate GitHub does not check`, `Enable SSL verification ${page}.`);
    return ok(url);
  },
});
