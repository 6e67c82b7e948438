import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { SlipwayError } from '../../../src/errors.ts';
import { openStore } from '../../../src/store/open-store.ts';
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
