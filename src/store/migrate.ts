import { SlipwayError } from '../errors.ts';
import type { Database } from './database.ts';
import { firstTables } from './migrations/0001-first-tables.ts';
import { tries } from './migrations/0002-tries.ts';
import { sweep } from './migrations/0003-sweep.ts';
import { pages } from './migrations/0004-pages.ts';
import { openPulls } from './migrations/0005-open-pulls.ts';
import { keeping } from './migrations/0006-keeping.ts';
import { knownTexts } from './migrations/0007-known-texts.ts';

/** Forward only: the place in the list is the version, and what has been released is never edited. */
const migrations: readonly string[] = [firstTables, tries, sweep, pages, openPulls, keeping, knownTexts];

/** Key of the advisory lock that keeps two starting processes from migrating at once. */
const lockKey = 7_353_801_926;

/**
 * Brings the tables to this program's version.
 *
 * @throws {SlipwayError} `store-failed` when a newer program has been here
 */
export async function migrate(database: Database): Promise<void> {
  await database.transaction(async (session) => {
    await session.query('select pg_advisory_xact_lock($1)', [lockKey]);
    // A look into the catalogue, and not `if not exists`: that believes what the connection saw before it waited.
    const [made] = await session.query("select 1 from pg_catalog.pg_namespace where nspname = 'slipway'");
    if (made === undefined) {
      await session.script(`
        create schema slipway;
        create table slipway.schema_version (
          version integer primary key,
          applied_at timestamptz not null default now()
        );
      `);
    }
    const [row] = await session.query<{ version: number }>(
      'select coalesce(max(version), 0) as version from slipway.schema_version',
    );
    const found = row?.version ?? 0;
    if (found > migrations.length) {
      throw new SlipwayError(
        'store-failed',
        `The store belongs to a newer Slipway: expected its tables at version ${migrations.length} or before, found ${found}.`,
        { help: 'Run the newer Slipway again; this one could damage what the newer one has written.' },
      );
    }
    for (const [index, text] of migrations.entries()) {
      if (index < found) continue;
      await session.script(text);
      await session.query('insert into slipway.schema_version (version) values ($1)', [index + 1]);
    }
  });
}
