import { json } from 'node:stream/consumers';
import { createLog } from '../log.ts';
import type { Settings } from '../settings.ts';
import { expectEmbedded } from '../store/copy-store.ts';
import { openStore } from '../store/open-store.ts';
import { askAdmin } from './ask-admin.ts';
import { storeVerbs } from './store-verbs.ts';

/** Of logs, which no command writes. */
const logLimit = 1;

/**
 * Asks the store: the running server where it holds the embedded one, else the store is opened for this question.
 *
 * @throws {SlipwayError} `store-failed`: it cannot be reached, is not there, or belongs to a newer Slipway
 */
export async function askStore(
  { databaseUrl, dataDir }: Pick<Settings, 'databaseUrl' | 'dataDir'>,
  verb: keyof ReturnType<typeof storeVerbs>,
  question: object,
  signal: AbortSignal,
): Promise<unknown> {
  if (databaseUrl === undefined) {
    const answer = await askAdmin(dataDir, verb, question, signal);
    if (answer !== undefined) return await json(answer);
    // Opening would make a new store in whatever folder it is, and find nothing in it.
    await expectEmbedded(dataDir);
  }
  const role = databaseUrl === undefined ? 'all' : 'web';
  const store = await openStore({ databaseUrl, dataDir, logLimit, role, log: createLog('silent') });
  try {
    return await storeVerbs(store)[verb](question);
  } finally {
    await store.close();
  }
}
