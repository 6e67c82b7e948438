// The thread of the embedded database: PostgreSQL computes and waits for the disk here, and holds up nobody else.
import { parentPort, workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';
import { preparedStatements } from './prepared-statements.ts';
import type { MakeFileSystem } from './synced-file-system.ts';
import type { ThreadAnswer, ThreadData, ThreadError, ThreadRequest } from './thread-messages.ts';

if (parentPort === null) throw new Error('The embedded database runs as a thread, not by itself.');
const port = parentPort;
const { folder, fileSystem }: ThreadData = workerData;
const { makeFileSystem }: { makeFileSystem: MakeFileSystem } = await import(fileSystem);

let synced = 0;
const pglite = await PGlite.create({
  fs: makeFileSystem(folder, () => {
    synced += 1;
  }),
  // `-F` is "no fsync"; fdatasync, the default, does nothing in WebAssembly.
  startParams: [
    ...PGlite.defaultStartParams.filter((parameter) => parameter !== '-F'),
    ...['-c', 'wal_sync_method=fsync', '-c', 'shared_buffers=16MB'],
  ],
});

const statements = preparedStatements(pglite);

async function resultsOf(request: ThreadRequest): Promise<readonly object[][]> {
  if (request.kind === 'query') {
    if (request.begins) await pglite.exec('begin');
    return [[...(await statements.query(request.text, request.values))]];
  }
  if (request.kind === 'script') return await statements.script(request.text);
  await pglite.close();
  return [];
}

/** Texts and numbers alone: nothing else of an error is sure to cross. */
function describe(error: unknown): ThreadError {
  if (!(error instanceof Error)) return { message: String(error), fields: {} };
  const { message, stack } = error;
  const plain = Object.entries(error).filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value));
  return { message, ...(stack === undefined ? {} : { stack }), fields: Object.fromEntries(plain) };
}

async function answer(request: ThreadRequest): Promise<ThreadAnswer> {
  const { id } = request;
  try {
    const results = await resultsOf(request);
    return { id, synced, results };
  } catch (error) {
    return { id, synced, error: describe(error) };
  }
}

port.on('message', async (request: ThreadRequest) => {
  port.postMessage(await answer(request));
  if (request.kind === 'close') port.close();
});
port.postMessage({ id: 0, synced, results: [] } satisfies ThreadAnswer);
