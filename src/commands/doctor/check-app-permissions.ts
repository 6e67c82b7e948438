import type { AppFacts } from '../../receive/inspect-app.ts';
import { type Check, fails, ok, warning } from './check.ts';
import { appCheck } from './check-app.ts';
import { readWanted } from './read-wanted.ts';

const levels = ['read', 'write', 'admin'];
/** Without it only merge queues suffer. */
const optional = new Set(['merge_queues']);

export const checkAppPermissions = (ask: (signal: AbortSignal) => Promise<AppFacts>): Check => ({
  name: 'GitHub App permissions',
  after: appCheck,
  async run(signal) {
    const { permissions } = await ask(signal);
    const wanted = await readWanted();
    const missing = Object.entries(wanted.permissions).filter(
      ([name, level]) => levels.indexOf(permissions[name] ?? '') < levels.indexOf(level),
    );
    if (missing.length === 0) return ok('all of app.yml');
    const found = missing.map(([name, level]) => `${name}: ${level} (found ${permissions[name] ?? 'none'})`).join(', ');
    const help = 'Grant them on the App’s page, "Permissions & events", and accept the change where it is installed.';
    const bad = missing.some(([name]) => !optional.has(name));
    return bad ? fails(`missing: ${found}`, help) : warning(`missing: ${found}`, help);
  },
});
