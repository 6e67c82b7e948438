import assert from 'node:assert/strict';
import { it } from 'node:test';
import { tableOf } from '../chaos/check-outcome.ts';
import { type ChaosOptions, runChaos } from '../chaos/run-chaos.ts';
import { startPostgres } from '../support/postgres.ts';

async function nothingIsLost(options: ChaosOptions): Promise<void> {
  const { seen, problems } = await runChaos(options);
  const wrong = [...seen.flatMap((one) => one.problems), ...problems];
  assert.deepEqual(wrong, [], tableOf(seen));
}

it('100 merges while server, engine, registry and GitHub fail', async (test) => {
  await nothingIsLost({ seed: 100, merges: 100, limit: 600_000, say: (line) => test.diagnostic(line) });
});

it('20 merges on PostgreSQL with two workers, one of them frozen in the middle of a push and woken later', async (test) => {
  const postgres = await startPostgres();
  test.after(() => postgres.stop());
  const databaseUrl = await postgres.database();
  await nothingIsLost({ seed: 1, merges: 20, limit: 400_000, databaseUrl, say: (line) => test.diagnostic(line) });
});
