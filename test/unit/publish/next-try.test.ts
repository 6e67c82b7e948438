import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Build } from '../../../src/build-terms.ts';
import { SlipwayError } from '../../../src/errors.ts';
import { nextTry, tooManyCrashes } from '../../../src/publish/next-try.ts';

const waits = [5, 25, 120, 450];
const transient = new SlipwayError('registry-unavailable', 'The registry is away.', { transient: true });
const after = (error: unknown, tries: Build['tries'] = {}) =>
  nextTry(error, { build: { tries }, phase: 'push', waits });
const failures = (count: number): Build['tries'] => ({ push: { failures: count, crashes: 0 } });

describe('nextTry', () => {
  it('gives a transient fault five tries, each after a longer wait', () => {
    const found = [0, 1, 2, 3].map(
      (count) => after(transient, failures(count)) ?? assert.fail(`no try after ${count}`),
    );
    assert.deepEqual(
      found.map(({ number, of }) => [number, of]),
      [
        [2, 5],
        [3, 5],
        [4, 5],
        [5, 5],
      ],
    );
    for (const [index, { waitSeconds }] of found.entries()) {
      const wait = waits[index] ?? 0;
      assert.ok(waitSeconds >= wait * 0.8 && waitSeconds <= wait * 1.2, `${waitSeconds} s for ${wait} s`);
    }
    assert.equal(after(transient, failures(4)), undefined);
  });

  it('counts each phase by itself', () => {
    assert.equal(after(transient, { fetch: { failures: 4, crashes: 2 } })?.number, 2);
  });

  it('waits as long as the other side asked, up to an hour', () => {
    const asked = (retryAfter: number) =>
      after(new SlipwayError('registry-failed', 'Too many.', { transient: true, retryAfter }))?.waitSeconds;
    assert.equal(asked(90), 90);
    assert.equal(asked(1_000_000), 3600);
  });

  it('gives a permanent fault no second try', () => {
    assert.equal(after(new SlipwayError('build-failed', 'RUN failed.')), undefined);
    assert.equal(after(new SlipwayError('registry-refused', 'Wrong password.')), undefined);
    assert.equal(after(new Error('unknown')), undefined);
  });
});

describe('tooManyCrashes', () => {
  it('ends a build whose worker died three times in one phase, by our fault', () => {
    assert.equal(
      tooManyCrashes({ tries: { fetch: { failures: 0, crashes: 2 }, build: { failures: 9, crashes: 2 } } }),
      undefined,
    );
    const error = tooManyCrashes({ tries: { build: { failures: 0, crashes: 3 } } });
    assert.equal(error?.code, 'worker-lost');
    assert.equal(error?.fault, 'ours');
    assert.match(error?.message ?? '', /3 times in the phase build/);
  });
});
