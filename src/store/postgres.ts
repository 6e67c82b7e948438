import pg from 'pg';
import { SlipwayError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Database, Session } from './database.ts';
import { toParameter } from './to-parameter.ts';

/** How connections of either pool, ours and pg-boss's, behave; milliseconds. */
export const connectionSettings = {
  application_name: 'slipway',
  connectionTimeoutMillis: 10_000,
  keepAlive: true,
} as const;

/** A verb takes milliseconds: one that takes this long waits for something that will not come. */
const statementTimeout = 30_000;

/** Host and database, without the password. */
function placeOf(databaseUrl: string): string {
  const url = URL.parse(databaseUrl);
  return url === null ? 'DATABASE_URL' : `${url.host || 'localhost'}${url.pathname}`;
}

function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  return error instanceof Error ? error.message : 'no reason given';
}

function sessionOf(connection: pg.Pool | pg.PoolClient): Session {
  return {
    async query<Row extends object>(text: string, values: Parameters<Session['query']>[1] = []) {
      return (await connection.query<Row>(text, values.map(toParameter))).rows;
    },
    async script(text) {
      await connection.query(text);
    },
  };
}

/**
 * PostgreSQL by its address.
 *
 * @throws {SlipwayError} `store-failed` when it cannot be reached or refuses
 */
export async function openPostgres(databaseUrl: string, log: Log): Promise<Database> {
  const pool = new pg.Pool({
    ...connectionSettings,
    connectionString: databaseUrl,
    max: 8,
    statement_timeout: statementTimeout,
    query_timeout: statementTimeout + 5000,
  });
  // An idle connection that breaks is replaced; unheard, its error would end the process.
  pool.on('error', (error) => log.warn({ err: error }, 'a connection to PostgreSQL broke'));
  try {
    await pool.query('select 1');
  } catch (cause) {
    await pool.end();
    throw new SlipwayError(
      'store-failed',
      `PostgreSQL at ${placeOf(databaseUrl)} cannot be used: ${reasonOf(cause)}.`,
      { help: 'Check that it runs, and the host, the name, the password and the database in DATABASE_URL.', cause },
    );
  }
  return {
    ...sessionOf(pool),
    async transaction(work) {
      const client = await pool.connect();
      // The pool hears a connection as long as it is idle. Unheard between two statements, its end would be the process's.
      const breaks = (error: Error): void =>
        log.warn({ err: error }, 'a connection to PostgreSQL broke in a transaction');
      client.on('error', breaks);
      try {
        await client.query('begin');
        const result = await work(sessionOf(client));
        await client.query('commit');
        client.off('error', breaks);
        client.release();
        return result;
      } catch (error) {
        // Closing a connection ends its transaction whatever state it is in; only the healthy case is worth a rollback.
        const healthy = error instanceof pg.DatabaseError || error instanceof SlipwayError;
        const kept =
          healthy &&
          (await client.query('rollback').then(
            () => true,
            () => false,
          ));
        // One that is thrown away may still say why it ends.
        if (kept) client.off('error', breaks);
        client.release(!kept);
        throw error;
      }
    },
    close: () => pool.end(),
  };
}
