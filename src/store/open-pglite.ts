import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { ThreadAnswer, ThreadData, ThreadError, ThreadRequest } from './thread-messages.ts';

/** PGlite in a thread of its own, with the verbs of it that are used. */
export type PGliteThread = {
  /** One statement; where it `begins`, behind the beginning of a transaction, which costs no message of its own. */
  query<Row>(text: string, values?: readonly unknown[], begins?: boolean): Promise<{ rows: Row[] }>;
  /** Several statements without values, and what each of them gave. */
  exec(text: string): Promise<{ rows: object[] }[]>;
  /** How often something had been brought to the disk when the last answer came. */
  synced(): number;
  close(): Promise<void>;
};

type Waiting = { resolve(results: readonly object[][]): void; reject(error: Error): void };
type WithoutId<T> = T extends unknown ? Omit<T, 'id'> : never;

/** Beside this file, whether it runs from its source or as it was compiled. */
const beside = (name: string): URL => new URL(`./${name}${path.extname(import.meta.filename)}`, import.meta.url);

function errorOf({ message, stack, fields }: ThreadError): Error {
  const error = Object.assign(new Error(message), fields);
  if (stack !== undefined) error.stack = stack;
  return error;
}

/**
 * Starts PGlite on a folder. It is WebAssembly that computes for milliseconds at each statement, for a second at its
 * start, and waits for the disk: in the main thread everything else would stand still meanwhile.
 *
 * @param fileSystem the module with the `makeFileSystem` to use; default: the one that knows fsync
 * @throws {Error} PGlite's own, when it does not start or does not take a statement
 */
export async function openPGlite(folder: string, fileSystem = beside('synced-file-system')): Promise<PGliteThread> {
  const workerData: ThreadData = { folder, fileSystem: fileSystem.href };
  const thread = new Worker(beside('pglite-thread'), { workerData });
  const waiting = new Map<number, Waiting>();
  let synced = 0;
  let lastId = 0;
  let failure: Error | undefined;

  const wait = (id: number) =>
    new Promise<readonly object[][]>((resolve, reject) => {
      if (failure === undefined) waiting.set(id, { resolve, reject });
      else reject(failure);
    });
  const fail = (error: Error): void => {
    failure ??= error;
    for (const { reject } of waiting.values()) reject(failure);
    waiting.clear();
  };
  thread.on('message', (answer: ThreadAnswer) => {
    synced = answer.synced;
    const asked = waiting.get(answer.id);
    waiting.delete(answer.id);
    if ('error' in answer) asked?.reject(errorOf(answer.error));
    else asked?.resolve(answer.results);
  });
  thread.on('error', (cause) => fail(new Error('The thread of the embedded database ended.', { cause })));
  thread.on('exit', (code) => fail(new Error(`The thread of the embedded database ended with status ${code}.`)));

  async function ask(request: WithoutId<ThreadRequest>): Promise<readonly object[][]> {
    lastId += 1;
    const answered = wait(lastId);
    thread.postMessage({ id: lastId, ...request });
    return await answered;
  }

  // It says by itself that it has started.
  await wait(0);
  return {
    async query<Row>(text: string, values: readonly unknown[] = [], begins = false) {
      const [rows = []] = await ask({ kind: 'query', text, values, begins });
      return { rows: rows as Row[] };
    },
    exec: async (text) => (await ask({ kind: 'script', text })).map((rows) => ({ rows })),
    synced: () => synced,
    async close() {
      try {
        await ask({ kind: 'close' });
      } finally {
        await thread.terminate();
      }
    },
  };
}
