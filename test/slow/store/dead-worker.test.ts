import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openStore } from '../../../src/store/open-store.ts';
import { silent } from '../../integration/store/places.ts';
import { startStoreProcess } from '../../integration/store/start-store-process.ts';
import { startPostgres, type TestPostgres } from '../../support/postgres.ts';
import { until } from '../../support/until.ts';

let server: TestPostgres;
before(async () => {
  server = await startPostgres();
});
after(() => server.stop());

test('on PostgreSQL, another worker has a dead one’s build within a minute, and the dead one’s lease is over', async () => {
  const databaseUrl = await server.database();
  const dying = await startStoreProcess(databaseUrl, '', 1);
  await dying.untilSaid('holds');
  const store = await openStore({ databaseUrl, dataDir: '', logLimit: 1000, log: silent });
  try {
    const handed: string[] = [];
    await store.workBuilds(2, async (id) => {
      handed.push(id);
    });
    await dying.kill();
    await until('the build is handed out again', () => handed.length > 0, 60_000);
    assert.deepEqual(handed, dying.said('holds'));
    assert.equal((await store.claim(handed[0] ?? ''))?.lease, 2);
  } finally {
    await store.close();
  }
});
