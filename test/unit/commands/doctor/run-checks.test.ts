import assert from 'node:assert/strict';
import { once } from 'node:events';
import { it } from 'node:test';
import { type Check, ok } from '../../../../src/commands/doctor/check.ts';
import { runChecks } from '../../../../src/commands/doctor/run-checks.ts';

it('a check that does not answer in time would fail, and one that may take longer is waited for', async () => {
  const { promise: given, resolve: isLate } = Promise.withResolvers<void>();
  const slow: Check = {
    name: 'slow',
    async run(signal) {
      await once(signal, 'abort');
      isLate();
      return ok('too late');
    },
  };
  const patient: Check = {
    name: 'patient',
    timeoutMs: 60_000,
    async run() {
      await given;
      return ok('there it is');
    },
  };
  // The patient one first: were its time the usual one, it would end before the other’s.
  const results = await runChecks([patient, slow], { timeoutMs: 20, signal: new AbortController().signal });
  assert.deepEqual(
    results.map(({ name, state, found }) => [name, state, found]),
    [
      ['patient', 'ok', 'there it is'],
      ['slow', 'fails', 'It did not answer within 0.02 s.'],
    ],
  );
});
