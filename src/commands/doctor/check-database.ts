import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import path from 'node:path';
import { json } from 'node:stream/consumers';
import type { Log } from '../../log.ts';
import type { Settings } from '../../settings.ts';
import { openEmbedded } from '../../store/embedded.ts';
import { openPostgres } from '../../store/postgres.ts';
import { askAdmin } from '../ask-admin.ts';
import { type Check, type Finding, fails, ok } from './check.ts';
import { isThere } from './is-there.ts';

/** A folder that does not exist yet has to be made by somebody. */
async function judgeNew(dataDir: string): Promise<Finding> {
  let folder = dataDir;
  while (!(await isThere(folder)) && path.dirname(folder) !== folder) folder = path.dirname(folder);
  try {
    await access(folder, constants.W_OK | constants.X_OK);
    return ok(`embedded, and made at the first start in ${dataDir}`);
  } catch {
    return fails(`DATA_DIR ${dataDir} cannot be written`, `Let the user that the server runs as own ${folder}.`);
  }
}

/** Whether the store opens, or a server that holds it says that it is well. */
export const checkDatabase = (read: () => Pick<Settings, 'databaseUrl' | 'dataDir'>, log: Log): Check => ({
  name: 'database',
  async run(signal) {
    const { databaseUrl, dataDir } = read();
    if (databaseUrl !== undefined) {
      const database = await openPostgres(databaseUrl, log);
      try {
        const [row] = await database.query<{ server_version: string }>('show server_version');
        return ok(`PostgreSQL ${row?.server_version ?? 'without a version'} answers`);
      } finally {
        await database.close();
      }
    }
    const answer = await askAdmin(dataDir, 'status', {}, signal);
    if (answer !== undefined) {
      await json(answer);
      return ok(`embedded; the server that runs on ${dataDir} answers`);
    }
    const folder = path.join(dataDir, 'store');
    if (!(await isThere(path.join(folder, 'pgdata')))) return await judgeNew(dataDir);
    await (await openEmbedded(folder, log)).close();
    return ok(`embedded; opens in ${dataDir}`);
  },
});
