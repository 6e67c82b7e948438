import assert from 'node:assert/strict';
import { it } from 'node:test';
import { formatDuration } from '../../../src/report/format-duration.ts';
import { formatSize } from '../../../src/report/format-size.ts';
import { cachedSteps, conclusionOf, phaseTimes, sizeAndChange } from '../../../src/report/words.ts';
import { sampleArtifact, sampleBuild, sampleEndedBuild, sampleOutcome } from '../../support/sample-merge.ts';

it('a duration is told as people tell it', () => {
  const cases: [number, string][] = [
    [0, '0 s'],
    [-5, '0 s'],
    [42, '0 s'],
    [420, '0.4 s'],
    [9_940, '9.9 s'],
    [9_960, '10 s'],
    [38_000, '38 s'],
    [59_949, '1 min'],
    [60_000, '1 min'],
    [125_000, '2 min 5 s'],
    [3_599_960, '1 h'],
    [3_600_000, '1 h'],
    [3_720_000, '1 h 2 min'],
    [90_000_000, '25 h'],
  ];
  for (const [milliseconds, words] of cases) assert.equal(formatDuration(milliseconds), words, String(milliseconds));
});

it('a size is told in binary units', () => {
  const cases: [number, string][] = [
    [0, '0 B'],
    [512, '512 B'],
    [1023, '1023 B'],
    [1024, '1 KiB'],
    [12_900_000, '12.3 MiB'],
    [2 ** 20 - 1, '1 MiB'],
    [2 ** 30, '1 GiB'],
    [5 * 2 ** 50, '5120 TiB'],
  ];
  for (const [bytes, words] of cases) assert.equal(formatSize(bytes), words, String(bytes));
});

it('the change of size is told against the last version', () => {
  const previous = (size: number) => sampleEndedBuild({ size }, { artifact: sampleArtifact({ version: '1.4.1' }) });
  assert.equal(sizeAndChange(3 * 2 ** 20, undefined), '3 MiB');
  assert.equal(sizeAndChange(3 * 2 ** 20, previous(2 ** 20)), '3 MiB, 2 MiB more than 1.4.1');
  assert.equal(sizeAndChange(2 ** 20, previous(3 * 2 ** 20)), '1 MiB, 2 MiB less than 1.4.1');
  assert.equal(sizeAndChange(2 ** 20, previous(2 ** 20)), '1 MiB, the same as 1.4.1');
  assert.equal(sizeAndChange(undefined, previous(1)), '');
  assert.equal(sizeAndChange(1024, sampleBuild()), '1 KiB');
});

it('time is told for the phases that ended', () => {
  assert.equal(phaseTimes(sampleEndedBuild()), 'plan 1 s, fetch 2 s, build 30 s, push 6 s');
  assert.equal(phaseTimes(sampleBuild({ timings: { fetch: { startedAt: new Date() } } })), '');
});

it('what came from the cache is counted', () => {
  assert.equal(cachedSteps(sampleOutcome()), '1 of 2 steps');
  assert.equal(cachedSteps(sampleOutcome({ steps: [] })), '');
});

it('each verdict has its conclusion', () => {
  assert.equal(conclusionOf({ verdict: 'published' }), 'success');
  assert.equal(conclusionOf({ verdict: 'failed', fault: 'yours' }), 'failure');
  assert.equal(conclusionOf({ verdict: 'failed', fault: 'ours' }), 'failure');
  assert.equal(conclusionOf({ verdict: 'failed', fault: 'timeout' }), 'timed_out');
  assert.equal(conclusionOf({ verdict: 'refused', fault: 'yours' }), 'failure');
  assert.equal(conclusionOf({ verdict: 'skipped' }), 'skipped');
  assert.equal(conclusionOf({ verdict: 'cancelled' }), 'cancelled');
});
