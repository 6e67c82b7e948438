import { SlipwayError } from '../../errors.ts';
import type { AppFacts } from '../../receive/inspect-app.ts';
import { type Check, fails, ok } from './check.ts';

export const appCheck = 'GitHub App';

/** Whether APP_ID and the private key belong together. */
export const checkApp = (appId: string, ask: (signal: AbortSignal) => Promise<AppFacts>): Check => ({
  name: appCheck,
  after: 'settings',
  async run(signal) {
    try {
      const { slug, owner } = await ask(signal);
      return ok(`${slug}${owner === undefined ? '' : ` of ${owner}`}; APP_ID and the private key fit`);
    } catch (error) {
      if (error instanceof SlipwayError && error.code === 'github-unavailable') throw error;
      return fails(
        `GitHub does not take the private key for the App ${appId}`,
        'Take APP_ID from the App’s page and make a new private key there; look at this machine’s clock too.',
      );
    }
  },
});
