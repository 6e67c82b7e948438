import assert from 'node:assert/strict';
import { it } from 'node:test';
import { tableOf } from '../chaos/check-outcome.ts';
import { runChaos } from '../chaos/run-chaos.ts';

it('20 merges while server, registry and GitHub fail: each has its verdict, each version is published once', async (test) => {
  const say = (line: string) => test.diagnostic(line);
  const { seen, problems } = await runChaos({ seed: 1, merges: 20, limit: 150_000, say });
  const wrong = [...seen.flatMap((one) => one.problems), ...problems];
  assert.deepEqual(wrong, [], tableOf(seen));
});
