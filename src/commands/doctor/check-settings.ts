import { withAppFile } from '../../app-file.ts';
import { type Environment, readPackerSettings, readSettings, readSetUpSettings } from '../../settings.ts';
import { needsSetUp } from '../set-up-app.ts';
import { type Check, ok } from './check.ts';

/** Whether the server would take its settings; an App that is not there yet is another check's. */
export const checkSettings = (given: Environment): Check => ({
  name: 'settings',
  async run() {
    const environment = withAppFile(given);
    if (needsSetUp(environment)) readSetUpSettings(environment);
    else readSettings(environment);
    readPackerSettings(environment);
    return ok('all can be used');
  },
});
