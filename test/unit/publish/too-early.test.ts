import assert from 'node:assert/strict';
import { it } from 'node:test';
import { SlipwayError } from '../../../src/errors.ts';
import { orTooEarly } from '../../../src/publish/too-early.ts';

const since = new Date('2026-11-26T08:00:00Z');
const after = (seconds: number): number => since.getTime() + seconds * 1000;
const gone = new SlipwayError('source-gone', 'GitHub has no such thing (404).');

it('what GitHub does not have is worth another try right after the event, also where its clock is ahead', () => {
  for (const seconds of [-60, 0, 19]) {
    const error = orTooEarly(gone, since, after(seconds));
    assert(error instanceof SlipwayError);
    assert.deepEqual([error.code, error.transient, error.cause], ['source-gone', true, gone]);
  }
});

it('what GitHub does not have a while later is gone, and another fault is what it is', () => {
  assert.equal(orTooEarly(gone, since, after(21)), gone);
  assert.equal(orTooEarly(gone, new Date('no date'), after(1)), gone);
  for (const other of [new SlipwayError('github-refused', 'No.'), new Error('source-gone')]) {
    assert.equal(orTooEarly(other, since, after(1)), other);
  }
});
