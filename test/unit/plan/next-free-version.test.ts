import assert from 'node:assert/strict';
import { it } from 'node:test';
import { nextFreeVersion } from '../../../src/plan/next-free-version.ts';

it('the next free version is the next patch that nobody has', () => {
  assert.equal(nextFreeVersion([], '1.4.2'), '1.4.3');
  assert.equal(nextFreeVersion(['1.4.2', '1.4.3', '1.4.5', '2.0.0', 'latest'], '1.4.2'), '1.4.4');
});

it('the next free version of a pre-release is its next number', () => {
  assert.equal(nextFreeVersion(['1.4.2-rc.1', '1.4.2-rc.2'], '1.4.2-rc.1'), '1.4.2-rc.3');
  assert.equal(nextFreeVersion([], '1.4.2-rc'), '1.4.2-rc.0');
});

it('the search for a free version ends where numbers end', () => {
  assert.doesNotThrow(() => nextFreeVersion(['1.0.9007199254740992'], '1.0.9007199254740991'));
});
