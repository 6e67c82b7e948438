import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { createLog } from '../../../src/log.ts';
import type { Database } from '../../../src/store/database.ts';
import { openEmbedded } from '../../../src/store/embedded.ts';
import { openStore } from '../../../src/store/open-store.ts';
import { openPostgres } from '../../../src/store/postgres.ts';
import type { Store } from '../../../src/store/store.ts';
import { startPostgres } from '../../support/postgres.ts';

export const silent = createLog('silent');

/** Somewhere rows can be kept: a folder or a database, opened by one at a time. */
export type Place = {
  store(options?: { logLimit?: number }): Promise<Store>;
  /** The database under the store. */
  database(): Promise<Database>;
  /** Takes every row and job away. */
  empty(): Promise<void>;
};

async function emptied(opened: Promise<Database>): Promise<void> {
  const database = await opened;
  await database.script('truncate slipway.merges, slipway.services, slipway.settings cascade');
  await database.script('delete from slipway_jobs.job');
  await database.close();
}

/** Where places come from. */
export type Places = { make(): Promise<Place>; close(): Promise<void> };

/** `folder`: a DATA_DIR of its own. */
export type EmbeddedPlaces = Places & { folder(): Promise<string> };

/** New folders for embedded stores; one is made with its tables and copied, which is quicker than making each. */
export async function embeddedPlaces(): Promise<EmbeddedPlaces> {
  const root = await mkdtemp(path.join(tmpdir(), 'slipway-store-'));
  const template = path.join(root, 'template');
  const open = (dataDir: string, logLimit: number) =>
    openStore({ databaseUrl: undefined, dataDir, logLimit, log: silent });
  await (await open(template, 1000)).close();
  let made = 0;
  async function folder(): Promise<string> {
    made += 1;
    const dataDir = path.join(root, String(made));
    // Quicker than Node.js, by far, for a thousand files.
    await promisify(execFile)('cp', ['-r', template, dataDir]);
    return dataDir;
  }
  return {
    folder,
    async make() {
      const dataDir = await folder();
      const database = () => openEmbedded(path.join(dataDir, 'store'), silent);
      return {
        store: ({ logLimit = 2000 } = {}) => open(dataDir, logLimit),
        database,
        empty: () => emptied(database()),
      };
    },
    close: () => rm(root, { recursive: true, force: true }),
  };
}

/** New databases of one PostgreSQL. */
export async function postgresPlaces(): Promise<Places> {
  const server = await startPostgres();
  return {
    async make() {
      const databaseUrl = await server.database();
      const database = () => openPostgres(databaseUrl, silent);
      return {
        store: ({ logLimit = 2000 } = {}) => openStore({ databaseUrl, dataDir: '/nowhere', logLimit, log: silent }),
        database,
        empty: () => emptied(database()),
      };
    },
    close: () => server.stop(),
  };
}
