import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { SlipwayError } from '../../../src/errors.ts';
import { migrate } from '../../../src/store/migrate.ts';
import { openStore } from '../../../src/store/open-store.ts';
import { embeddedPlaces, type Place, type Places, postgresPlaces, silent } from './places.ts';

for (const [name, open] of [
  ['embedded', embeddedPlaces],
  ['on PostgreSQL', postgresPlaces],
] as const) {
  describe(`the tables of a store ${name}`, () => {
    let places: Places;
    let place: Place;
    before(async () => {
      places = await open();
      place = await places.make();
    });
    after(() => places.close());

    test('are made once, also when two processes start at the same time', async () => {
      const database = await place.database();
      await Promise.all([migrate(database), migrate(database), migrate(database)]);
      const versions = await database.query('select version from slipway.schema_version');
      assert.deepEqual(versions, [{ version: 1 }]);
      await database.close();
    });

    test('of a newer Slipway are refused in plain words, and left alone', async () => {
      await (await place.store()).close();
      const database = await place.database();
      await database.query('insert into slipway.schema_version (version) values (99)');
      await database.close();
      await assert.rejects(place.store(), (error: unknown) => {
        assert.ok(error instanceof SlipwayError);
        assert.equal(error.code, 'store-failed');
        assert.match(
          error.message,
          /belongs to a newer Slipway: expected its tables at version 1 or before, found 99\./,
        );
        return true;
      });
      const again = await place.database();
      await again.query('delete from slipway.schema_version where version = 99');
      await again.close();
      await (await place.store()).close();
    });
  });
}

test('PostgreSQL that cannot be reached is named, without its password', async () => {
  const databaseUrl = 'postgres://slipway:s3cret@127.0.0.1:1/builds';
  await assert.rejects(openStore({ databaseUrl, dataDir: '', logLimit: 1, log: silent }), (error: unknown) => {
    assert.ok(error instanceof SlipwayError && error.code === 'store-failed');
    assert.match(error.message, /^PostgreSQL at 127\.0\.0\.1:1\/builds cannot be used: .*ECONNREFUSED/);
    assert.ok(!error.message.includes('s3cret'));
    return true;
  });
});
