import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { SlipwayError } from '../../../src/errors.ts';
import { openStore } from '../../../src/store/open-store.ts';
import { until } from '../../support/until.ts';
import { describeActs } from './describe-acts.ts';
import { describeBumps } from './describe-bumps.ts';
import { describeForgetting } from './describe-forgetting.ts';
import { describePulls } from './describe-pulls.ts';
import { describeQueues } from './describe-queues.ts';
import { describeRows } from './describe-rows.ts';
import { describeShown } from './describe-shown.ts';
import { describeTables } from './describe-tables.ts';
import { type Places, postgresPlaces, silent } from './places.ts';

let places: Places;
before(async () => {
  places = await postgresPlaces();
});
after(() => places.close());

describeActs('a store on PostgreSQL', () => places);
describeBumps('a store on PostgreSQL', () => places);
describeForgetting('a store on PostgreSQL', () => places);
describePulls('a store on PostgreSQL', () => places);
describeRows('a store on PostgreSQL', () => places);
describeShown('a store on PostgreSQL', () => places);
describeQueues('a store on PostgreSQL', () => places);
describeTables('a store on PostgreSQL', () => places);

test('PostgreSQL that cannot be reached is named, without its password', async () => {
  const databaseUrl = 'postgres://slipway:s3cret@127.0.0.1:1/builds';
  await assert.rejects(openStore({ databaseUrl, dataDir: '', logLimit: 1, log: silent }), (error: unknown) => {
    assert.ok(error instanceof SlipwayError && error.code === 'store-failed');
    assert.match(error.message, /^PostgreSQL at 127\.0\.0\.1:1\/builds cannot be used: .*ECONNREFUSED/);
    assert.ok(!error.message.includes('s3cret'));
    return true;
  });
});

test('a connection that breaks between two statements of a transaction fails that transaction, and nothing else', async () => {
  const database = await (await places.make()).database();
  const broken = database.transaction(async (session) => {
    const [{ pid } = assert.fail('no row')] = await session.query<{ pid: number }>('select pg_backend_pid() as pid');
    await database.query('select pg_terminate_backend($1::int)', [pid]);
    const left = () => database.query('select 1 from pg_stat_activity where pid = $1::int', [pid]);
    await until('the connection is gone', async () => (await left()).length === 0);
    await session.query('select 1');
  });
  await assert.rejects(broken);
  assert.deepEqual(await database.query('select 1 as one'), [{ one: 1 }]);
  await database.close();
});
