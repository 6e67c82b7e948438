import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { SlipwayError } from '../../../src/errors.ts';
import { migrate } from '../../../src/store/migrate.ts';
import type { Place, Places } from './places.ts';

/** What every store does with its tables when it starts. */
export function describeTables(name: string, places: () => Places): void {
  describe(`tables of ${name}`, () => {
    let place: Place;
    before(async () => {
      place = await places().make();
    });

    test('are made once, also when two processes start at the same time', async () => {
      const database = await place.database();
      await database.script('drop schema if exists slipway cascade');
      await Promise.all([migrate(database), migrate(database), migrate(database)]);
      const versions = await database.query<{ version: number }>(
        'select version from slipway.schema_version order by 1',
      );
      assert.ok(versions.length > 0);
      assert.deepEqual(
        versions.map(({ version }) => version),
        versions.map((_, index) => index + 1),
      );
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
          /belongs to a newer Slipway: expected its tables at version \d+ or before, found 99\./,
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
