import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refusedOutcome } from '../../../src/store/refused-outcome.ts';
import { sampleArtifact } from '../../support/sample-merge.ts';

const owner = { owner: 'acme', repo: 'orders', number: 12, mergeCommit: `abc1234${'f'.repeat(33)}`, published: true };

test('a taken version names its owner and the next free patch', () => {
  const outcome = refusedOutcome({ kind: 'version', artifact: sampleArtifact(), owner }, new Set(['1.4.2', '1.4.3']));
  assert.equal(outcome.verdict, 'refused');
  assert.equal(outcome.reason, 'orders:1.4.2 is already published by acme/orders#12 (commit abc1234).');
  assert.equal(outcome.help, 'Choose another version, for example 1.4.4, the next free one.');
});

test('a taken pre-release proposes the next one of the same version', () => {
  const artifact = sampleArtifact({ version: '2.0.0-rc.1' });
  const outcome = refusedOutcome({ kind: 'version', artifact, owner }, new Set(['2.0.0-rc.1']));
  assert.match(outcome.help ?? '', /2\.0\.0-rc\.2/);
});

test('where no next version can be named, none is', () => {
  const artifact = sampleArtifact({ version: `1.4.${Number.MAX_SAFE_INTEGER}` });
  const outcome = refusedOutcome({ kind: 'version', artifact, owner }, new Set());
  assert.equal(outcome.help, 'Choose another version.');
});

test('a service of another repository names that repository', () => {
  const outcome = refusedOutcome(
    { kind: 'service', artifact: sampleArtifact(), owner: { owner: 'acme', repo: 'shop' } },
    new Set(),
  );
  assert.equal(outcome.reason, 'The service orders belongs to acme/shop.');
});
