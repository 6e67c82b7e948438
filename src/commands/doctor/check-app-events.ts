import type { AppFacts } from '../../receive/inspect-app.ts';
import { type Check, fails, ok, warning } from './check.ts';
import { appCheck } from './check-app.ts';
import { readWanted } from './read-wanted.ts';

/** Nothing is published without it; without the others buttons, commands, renames or merge queues are not heard of. */
const needed = 'pull_request';

export const checkAppEvents = (ask: (signal: AbortSignal) => Promise<AppFacts>): Check => ({
  name: 'GitHub App events',
  after: appCheck,
  async run(signal) {
    const { events } = await ask(signal);
    const wanted = await readWanted();
    const missing = wanted.events.filter((event) => !events.includes(event));
    if (missing.length === 0) return ok('all of app.yml');
    const help = 'Subscribe to them on the App’s page, "Permissions & events".';
    const found = `missing: ${missing.join(', ')}`;
    return missing.includes(needed) ? fails(found, help) : warning(found, help);
  },
});
