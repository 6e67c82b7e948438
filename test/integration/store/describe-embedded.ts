import assert from 'node:assert/strict';
import fs from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, test } from 'node:test';
import { SlipwayError } from '../../../src/errors.ts';
import { createAccess } from '../../../src/store/access.ts';
import { openEmbedded } from '../../../src/store/embedded.ts';
import { openJobs } from '../../../src/store/jobs.ts';
import { mergeVerbs } from '../../../src/store/merges.ts';
import { openStore } from '../../../src/store/open-store.ts';
import { rememberedVerbs } from '../../../src/store/remembered.ts';
import type { Store } from '../../../src/store/store.ts';
import { until } from '../../support/until.ts';
import { type EmbeddedPlaces, silent } from './places.ts';
import { newMerge } from './samples.ts';
import { startStoreProcess } from './start-store-process.ts';

/** What the embedded store has to do because it is on a folder, in this process. */
export function describeEmbedded(places: () => EmbeddedPlaces): void {
  describe('the folder of the embedded store', () => {
    const open = (dataDir: string): Promise<Store> =>
      openStore({ databaseUrl: undefined, dataDir, logLimit: 1000, log: silent });

    const failsWith = (code: string, message: RegExp) => (error: unknown) =>
      error instanceof SlipwayError && error.code === code && message.test(error.message);

    test('killed in the middle of its work, it has lost nothing that it acknowledged and hands the jobs out again', async () => {
      const folder = await places().folder();
      const other = await startStoreProcess('', folder, 1000);
      await until('it holds two builds and takes merges in', () => {
        return other.said('holds').length === 2 && other.said('merge').length >= 20;
      });
      await other.kill();
      const store = await open(folder);
      try {
        for (const id of other.said('merge')) assert.ok(await store.merge(id), `merge ${id} is lost`);
        for (const id of other.said('build')) assert.ok(await store.build(id), `build ${id} is lost`);
        const handed: string[] = [];
        await store.workBuilds(2, async (id) => {
          handed.push(id);
        });
        await until('the first ones are handed out', () => handed.length >= 2);
        // What the dead process held comes first, without the wait that a failure earns, and everything else behind it.
        assert.deepEqual(handed.slice(0, 2).sort(), other.said('holds').sort());
        await until('all are handed out', () => other.said('build').every((id) => handed.includes(id)));
        assert.equal(new Set(handed).size, handed.length);
      } finally {
        await store.close();
      }
    });

    test('a second process on the folder is refused, and the first one is not disturbed', async () => {
      const folder = await places().folder();
      const other = await startStoreProcess('', folder, 0);
      try {
        await assert.rejects(open(folder), failsWith('store-failed', /is used by another Slipway/));
      } finally {
        await other.kill();
      }
      await (await open(folder)).close();
      await (await open(folder)).close();
    });

    test('what is acknowledged has reached the disk', async () => {
      const database = await openEmbedded(path.join(await places().folder(), 'store'), silent);
      const connection = { backend: 'pglite', db: database.forJobs } as const;
      const jobs = await openJobs({ database, connection, alone: true, works: false, log: silent });
      const access = createAccess(database, jobs);
      const { takeIn } = mergeVerbs(access);
      const { ping } = rememberedVerbs(access);
      try {
        for (let count = 0; count < 5; count += 1) {
          const before = database.synced();
          await takeIn(newMerge());
          assert.ok(database.synced() > before, 'a merge was acknowledged without fsync');
        }
        const before = database.synced();
        await ping();
        assert.ok(database.synced() > before);
      } finally {
        await jobs.close();
        await database.close();
      }
    });

    test('it does not start where writes do not reach the disk', async () => {
      const folder = path.join(await places().folder(), 'store');
      const stock = new URL('../../support/stock-file-system.ts', import.meta.url);
      await assert.rejects(openEmbedded(folder, silent, stock), failsWith('store-failed', /found that it did not/));
      // It has let the folder go.
      await (await openEmbedded(folder, silent)).close();
    });

    test('a database that was left half made is made anew', async () => {
      const folder = path.join(await places().folder(), 'store');
      await writeFile(path.join(folder, 'making'), '');
      await rm(path.join(folder, 'pgdata', 'base'), { recursive: true });
      const database = await openEmbedded(folder, silent);
      assert.deepEqual(await database.query('select 1 as one'), [{ one: 1 }]);
      await database.close();
      assert.equal(fs.existsSync(path.join(folder, 'making')), false);
    });

    test('a damaged one is not touched, and the reason is kept for the log', async () => {
      const folder = await places().folder();
      await rm(path.join(folder, 'store', 'pgdata', 'global'), { recursive: true });
      await assert.rejects(open(folder), failsWith('store-failed', /does not start/));
      assert.equal(fs.existsSync(path.join(folder, 'store', 'pgdata', 'base')), true);
    });

    test('a folder that cannot be written is named', async () => {
      const file = path.join(await places().folder(), 'file');
      await writeFile(file, '');
      await assert.rejects(open(path.join(file, 'data')), failsWith('bad-settings', /DATA_DIR: .*file\/data\/store/));
    });

    test('it serves one process, and a role of its own is refused', async () => {
      const options = {
        databaseUrl: undefined,
        dataDir: '/nowhere',
        logLimit: 1000,
        log: silent,
        role: 'web',
      } as const;
      await assert.rejects(
        openStore(options),
        failsWith('bad-settings', /DATABASE_URL: expected PostgreSQL for --role web/),
      );
    });

    test('a statement that fails within a block takes none of its neighbours with it', async () => {
      const database = await openEmbedded(path.join(await places().folder(), 'store'), silent);
      await database.script('create table t (n integer primary key)');
      const block = 'begin; insert into t values (1); insert into t values (1); commit';
      const results = await Promise.allSettled(
        Array.from({ length: 20 }, (_, n) => [
          database.forJobs.executeSql(block),
          database.query('insert into t values ($1)', [n + 10]),
          database.transaction(async (session) => {
            await session.query('insert into t values ($1)', [n + 100]);
            await session.query('insert into t values ($1)', [n + 200]);
          }),
        ]).flat(),
      );
      assert.equal(results.filter(({ status }) => status === 'rejected').length, 20);
      assert.deepEqual(await database.query('select count(*)::integer as n from t'), [{ n: 60 }]);
      await database.close();
    });
  });
}
