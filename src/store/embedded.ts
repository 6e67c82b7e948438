import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type ConstructorOptions, fromPglite } from 'pg-boss';
import { SlipwayError } from '../errors.ts';
import type { Log } from '../log.ts';
import { copyDatabase } from './copy-store.ts';
import type { Database, Session } from './database.ts';
import { lockFolder } from './lock-folder.ts';
import { oneAfterAnother } from './one-after-another.ts';
import { openPGlite, type PGliteThread } from './open-pglite.ts';
import { syncTree } from './sync-tree.ts';
import { toParameter } from './to-parameter.ts';

const tidyEvery = 10 * 60_000;

/** The embedded database, and what pg-boss is given of it. */
export type EmbeddedDatabase = Database & {
  readonly forJobs: NonNullable<ConstructorOptions['db']>;
  /** Copies the database's folder into `target/store/pgdata`; everything else waits meanwhile. */
  copyTo(target: string): Promise<void>;
  /** How often something had been brought to the disk when the last answer came. */
  synced(): number;
};

/**
 * PostgreSQL (PGlite) in a thread of this process on a folder, made to keep what it acknowledges: fsync, one process, one
 * statement at a time, vacuum and checkpoints.
 *
 * @throws {SlipwayError} `bad-settings` for a folder that cannot be written; `store-failed` when another process has it,
 *   when nothing of what is written is brought to the disk, or when PGlite does not start on it
 */
export async function openEmbedded(folder: string, log: Log, fileSystem?: URL): Promise<EmbeddedDatabase> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (cause) {
    throw new SlipwayError('bad-settings', `DATA_DIR: expected a folder that can be written, found ${folder}.`, {
      cause,
    });
  }
  const unlock = await lockFolder(folder);
  try {
    const pglite = await start(folder, fileSystem);
    return serve(pglite, folder, log, unlock);
  } catch (cause) {
    unlock();
    if (cause instanceof SlipwayError) throw cause;
    throw new SlipwayError('store-failed', `The embedded store in ${folder} does not start.`, {
      help: 'See the log for the reason; a full disk and a damaged folder are the usual ones.',
      cause,
    });
  }
}

async function start(folder: string, fileSystem: URL | undefined): Promise<PGliteThread> {
  const data = path.join(folder, 'pgdata');
  // Stands there while a database is made. One that was left half made holds nothing that was ever acknowledged.
  const making = path.join(folder, 'making');
  if (existsSync(making)) await rm(data, { recursive: true, force: true });
  const isNew = !existsSync(data);
  if (isNew) await writeFile(making, '');
  const pglite = await openPGlite(data, fileSystem);
  try {
    const before = pglite.synced();
    await pglite.exec('create table if not exists public.sync_probe (n integer)');
    await pglite.exec('insert into public.sync_probe values (1); delete from public.sync_probe');
    if (pglite.synced() === before) {
      throw new SlipwayError(
        'store-failed',
        `The embedded store in ${folder} would lose merges when the power fails: expected a write to reach the disk (fsync), found that it did not.`,
        { help: 'Use PostgreSQL (DATABASE_URL), and tell the maintainers of Slipway.' },
      );
    }
    await pglite.exec('vacuum');
    await pglite.exec('checkpoint');
    if (isNew) {
      // What made the database did so without fsync.
      await syncTree(folder);
      await rm(making);
    }
    return pglite;
  } catch (error) {
    await pglite.close();
    throw error;
  }
}

/** @param begins whether a transaction begins with the statement that comes next */
function sessionOf(pglite: PGliteThread, begins: () => boolean): Session {
  return {
    query: async <Row extends object>(text: string, values: Parameters<Session['query']>[1] = []) =>
      (await pglite.query<Row>(text, values.map(toParameter), begins())).rows,
    async script(text) {
      if (begins()) await pglite.exec('begin');
      await pglite.exec(text);
    },
  };
}

/** A transaction begins with its first statement: one message less to the thread. */
async function transact<T>(pglite: PGliteThread, work: (session: Session) => Promise<T>): Promise<T> {
  let begun = false;
  const session = sessionOf(pglite, () => {
    const isFirst = !begun;
    begun = true;
    return isFirst;
  });
  const end = async (how: 'commit' | 'rollback') => void (begun && (await pglite.exec(how)));
  try {
    const result = await work(session);
    await end('commit');
    return result;
  } catch (error) {
    await end('rollback');
    throw error;
  }
}

function serve(pglite: PGliteThread, folder: string, log: Log, unlock: () => void): EmbeddedDatabase {
  // One connection: a block of pg-boss that fails half way would take the statements behind it with it.
  const inTurn = oneAfterAnother();
  const session = sessionOf(pglite, () => false);
  const jobs = fromPglite(pglite);
  const tidy = setInterval(() => {
    inTurn(() => pglite.exec('vacuum'))
      .then(() => inTurn(() => pglite.exec('checkpoint')))
      .catch((error: unknown) => log.error({ err: error }, 'the embedded store could not be tidied'));
  }, tidyEvery);
  tidy.unref();
  return {
    query: (text, values) => inTurn(() => session.query(text, values)),
    script: (text) => inTurn(() => session.script(text)),
    transaction: (work) => inTurn(() => transact(pglite, work)),
    forJobs: { executeSql: (text, values) => inTurn(() => jobs.executeSql(text, values)) },
    copyTo: (target) =>
      inTurn(async () => {
        await pglite.exec('checkpoint');
        await copyDatabase(folder, target);
      }),
    synced: () => pglite.synced(),
    async close() {
      clearInterval(tidy);
      try {
        await inTurn(() => pglite.close());
      } finally {
        unlock();
      }
    },
  };
}
