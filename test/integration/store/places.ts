import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
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
};

/** Where places come from. */
export type Places = { make(): Promise<Place>; close(): Promise<void> };

/** New folders for embedded stores; the first one is made once and copied, which is quicker than making each. */
export async function embeddedPlaces(): Promise<Places> {
  const root = await mkdtemp(path.join(tmpdir(), 'slipway-store-'));
  const template = path.join(root, 'template');
  await (await openEmbedded(path.join(template, 'store'), silent)).close();
  let made = 0;
  return {
    async make() {
      made += 1;
      const dataDir = path.join(root, String(made));
      await cp(template, dataDir, { recursive: true });
      return {
        store: ({ logLimit = 2000 } = {}) => openStore({ databaseUrl: undefined, dataDir, logLimit, log: silent }),
        database: () => openEmbedded(path.join(dataDir, 'store'), silent),
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
      return {
        store: ({ logLimit = 2000 } = {}) => openStore({ databaseUrl, dataDir: '/nowhere', logLimit, log: silent }),
        database: () => openPostgres(databaseUrl, silent),
      };
    },
    close: () => server.stop(),
  };
}
