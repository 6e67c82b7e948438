import path from 'node:path';
import type { ConstructorOptions } from 'pg-boss';
import { SlipwayError } from '../errors.ts';
import type { Log } from '../log.ts';
import { createAccess } from './access.ts';
import { actVerbs } from './acts.ts';
import { buildVerbs } from './builds.ts';
import { checkVerbs } from './checks.ts';
import { claimVerbs } from './claims.ts';
import type { Database } from './database.ts';
import { openEmbedded } from './embedded.ts';
import { endBuildVerbs } from './end-build.ts';
import { forgetVerbs } from './forget.ts';
import { type Jobs, openJobs } from './jobs.ts';
import { logVerbs } from './logs.ts';
import { mergeVerbs } from './merges.ts';
import { migrate } from './migrate.ts';
import { planCheckVerbs } from './plan-checks.ts';
import { connectionSettings, openPostgres } from './postgres.ts';
import { presenceVerbs } from './presence.ts';
import { pullVerbs } from './pulls.ts';
import { rememberedVerbs } from './remembered.ts';
import { repositoryVerbs } from './repositories.ts';
import { runningBuildVerbs } from './running-build.ts';
import { serviceVerbs } from './services.ts';
import { planVerbs } from './settle-plan.ts';
import { shownVerbs } from './shown.ts';
import type { Store } from './store.ts';
import { textVerbs } from './texts.ts';
import { workVerbs } from './work.ts';

export type StoreOptions = {
  /** PostgreSQL's address; undefined: embedded, in `dataDir`. */
  readonly databaseUrl: string | undefined;
  readonly dataDir: string;
  /** Bytes kept of a build's log. */
  readonly logLimit: number;
  /** `web` takes up no jobs. Default `all`. */
  readonly role?: 'web' | 'worker' | 'all';
  readonly log: Log;
};

type Opened = {
  readonly database: Database;
  readonly connection: ConstructorOptions;
  readonly copyTo: Store['copyTo'];
};

async function copyNowhere(): Promise<never> {
  throw new SlipwayError(
    'unsupported',
    'The store is PostgreSQL (DATABASE_URL), which has its own tools for a backup.',
    {
      help: 'Use pg_dump, or what your hosting of PostgreSQL offers.',
    },
  );
}

async function openDatabase({ databaseUrl, dataDir, role = 'all', log }: StoreOptions): Promise<Opened> {
  if (databaseUrl !== undefined) {
    const connection = { ...connectionSettings, connectionString: databaseUrl, max: 6 };
    return { database: await openPostgres(databaseUrl, log), connection, copyTo: copyNowhere };
  }
  if (role !== 'all') {
    throw new SlipwayError('bad-settings', `DATABASE_URL: expected PostgreSQL for --role ${role}, found none.`, {
      help: 'The embedded store serves one process: run it with --role all, or set DATABASE_URL.',
    });
  }
  const database = await openEmbedded(path.join(dataDir, 'store'), log);
  return {
    database,
    connection: { backend: 'pglite', db: database.forJobs },
    copyTo: (target) => database.copyTo(target),
  };
}

/**
 * Opens the store: PostgreSQL by its address, or the embedded one in a folder.
 *
 * @throws {SlipwayError} `bad-settings`: the folder cannot be written, or the role needs PostgreSQL; `store-failed`: it
 *   cannot be reached, is used by another process, or belongs to a newer Slipway
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const { role = 'all', log } = options;
  const { database, connection, copyTo } = await openDatabase(options);
  let jobs: Jobs;
  try {
    await migrate(database);
    const alone = options.databaseUrl === undefined;
    jobs = await openJobs({ database, connection, alone, works: role !== 'web', log });
  } catch (cause) {
    await database.close();
    if (cause instanceof SlipwayError) throw cause;
    throw new SlipwayError('store-failed', 'The tables of the store could not be made ready.', {
      help: 'See the log for the reason; the user in DATABASE_URL must be allowed to make schemas and tables.',
      cause,
    });
  }
  const access = createAccess(database, jobs);
  return {
    ...mergeVerbs(access),
    ...planVerbs(access),
    ...pullVerbs(access),
    ...claimVerbs(access),
    ...planCheckVerbs(access),
    ...textVerbs(access),
    ...buildVerbs(access),
    ...runningBuildVerbs(access),
    ...endBuildVerbs(access),
    ...forgetVerbs(access),
    ...actVerbs(access),
    ...logVerbs(access, options.logLimit),
    ...checkVerbs(access),
    ...shownVerbs(access),
    ...presenceVerbs(access),
    ...rememberedVerbs(access),
    ...repositoryVerbs(access),
    ...serviceVerbs(access),
    ...workVerbs(jobs),
    copyTo,
    async close() {
      await jobs.close();
      await database.close();
    },
  };
}
