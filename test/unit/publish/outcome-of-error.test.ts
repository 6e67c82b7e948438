import assert from 'node:assert/strict';
import { it } from 'node:test';
import { SlipwayError } from '../../../src/errors.ts';
import { outcomeOfError } from '../../../src/publish/outcome-of-error.ts';

const told = { phase: 'build', steps: [], notes: ['a note'] } as const;
const verdictOf = (error: unknown) => {
  const { verdict, fault } = outcomeOfError(error, told);
  return [verdict, fault];
};

it('an error becomes the verdict and the fault that people are told', () => {
  assert.deepEqual(verdictOf(new SlipwayError('build-failed', 'x')), ['failed', 'yours']);
  assert.deepEqual(verdictOf(new SlipwayError('registry-unavailable', 'x')), ['failed', 'ours']);
  assert.deepEqual(verdictOf(new SlipwayError('timeout', 'x')), ['failed', 'timeout']);
  assert.deepEqual(verdictOf(new SlipwayError('version-taken', 'x')), ['refused', undefined]);
  assert.deepEqual(verdictOf(new SlipwayError('cancelled', 'x')), ['cancelled', undefined]);
});

it('an error that nobody knows is ours, and its words stay in the log', () => {
  const outcome = outcomeOfError(new TypeError('secret of the program'), told);
  assert.deepEqual([outcome.verdict, outcome.fault, outcome.notes], ['failed', 'ours', ['a note']]);
  assert.ok(!JSON.stringify(outcome).includes('secret of the program'));
});
