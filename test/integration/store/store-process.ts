// A process with a store, for tests that end it in the middle: it takes merges in, holds what it is handed, and says so.
// Arguments: DATABASE_URL or "", DATA_DIR, how many merges to take in.
import { createLog } from '../../../src/log.ts';
import { openStore } from '../../../src/store/open-store.ts';
import { artifact, newMerge, publishing } from './samples.ts';

const [databaseUrl = '', dataDir = '', count = '0'] = process.argv.slice(2);
const say = (line: string): boolean => process.stdout.write(`${line}\n`);

const store = await openStore({
  databaseUrl: databaseUrl === '' ? undefined : databaseUrl,
  dataDir,
  logLimit: 1000,
  log: createLog('silent'),
});
say('open');
await store.workBuilds(2, async (id) => {
  await store.claim(id);
  say(`holds ${id}`);
  await new Promise(() => {});
});
for (let number = 1; number <= Number(count); number += 1) {
  const merge = newMerge({ repositoryId: number, number });
  const { id } = await store.takeIn(merge);
  say(`merge ${id}`);
  const { builds } = await store.settlePlan(id, publishing(artifact(`svc-${number}`)));
  for (const build of builds) say(`build ${build.id}`);
}
say('done');
