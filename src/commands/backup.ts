import { existsSync } from 'node:fs';
import { link, open, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { SlipwayError } from '../errors.ts';
import { type Environment, readStoreSettings } from '../settings.ts';
import { copyStore } from '../store/copy-store.ts';
import { askAdmin } from './ask-admin.ts';
import { backupStore } from './backup-store.ts';
import type { Terminal } from './terminal.ts';

export const backupUsage = `slipway backup FILE
  Writes the embedded store of DATA_DIR, and the App's settings beside it, into a new file (.tar.gz), while the server
  runs or not. To restore: stop the server, unpack FILE into an empty DATA_DIR (tar -xzf FILE -C DATA_DIR), start it.`;

/** `slipway backup`. */
export async function backupCommand(
  args: readonly string[],
  { environment, terminal, signal }: { environment: Environment; terminal: Terminal; signal: AbortSignal },
): Promise<void> {
  const { positionals } = parseArgs({ args: [...args], allowPositionals: true });
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) {
    throw new SlipwayError('bad-usage', `Expected one file, found ${positionals.length}.`);
  }
  const { databaseUrl, dataDir } = readStoreSettings(environment);
  if (databaseUrl !== undefined) {
    throw new SlipwayError('unsupported', 'The store is PostgreSQL (DATABASE_URL), which has its own tools.', {
      help: 'Back it up with pg_dump.',
    });
  }
  const bytes = await writeNew(
    path.resolve(file),
    async () =>
      (await askAdmin(dataDir, 'backup', {}, signal)) ??
      (await backupStore(dataDir, (target) => copyStore(dataDir, target))),
    signal,
  );
  terminal.out(`${file}: ${bytes} bytes, the store of ${dataDir}\n`);
}

/** Writes a file that its owner alone can read; it is there as a whole or not at all, and replaces none. @returns bytes */
async function writeNew(file: string, content: () => Promise<Readable>, signal: AbortSignal): Promise<number> {
  const part = `${file}.part`;
  if (existsSync(file)) throw notNew(file);
  try {
    const handle = await open(part, 'w', 0o600);
    // The stream closes the file, once it has reached the disk.
    const target = handle.createWriteStream({ flush: true });
    try {
      await pipeline(await content(), target, { signal });
      await link(part, file);
    } finally {
      target.destroy();
      await rm(part, { force: true });
    }
    return (await stat(file)).size;
  } catch (cause) {
    if (cause instanceof SlipwayError) throw cause;
    if (cause instanceof Error && 'code' in cause && cause.code === 'EEXIST') throw notNew(file);
    throw new SlipwayError('store-failed', `The backup could not be written to ${file}.`, {
      help: 'Look at the disk and at the permissions of the folder; the log of the server tells more.',
      cause,
    });
  }
}

const notNew = (file: string) =>
  new SlipwayError('bad-usage', `Expected a file that is not there yet, found ${file}.`, {
    help: 'Give another name; a backup never replaces another one.',
  });
