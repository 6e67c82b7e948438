import assert from 'node:assert/strict';
import { it } from 'node:test';
import { titleDecides } from '../../../src/plan/title-decides.ts';

it('a title decides where it names a version and no label does', () => {
  assert.equal(titleDecides({ labels: ['bug', 'v2'], title: 'Release 1.4.2' }), true);
  assert.equal(titleDecides({ labels: [], title: 'Bump node from 20.1.0 to 20.2.0' }), true);
});

it('a title decides nothing where a label does, however wrong', () => {
  for (const label of ['version:1.0.0', 'v1.0.0', 'version:next', '1.0.0+7', 'minor', 'semver:major']) {
    assert.equal(titleDecides({ labels: [label], title: 'Release 1.4.2' }), false, label);
  }
});

it('a title without a version decides nothing', () => {
  assert.equal(titleDecides({ labels: [], title: 'Answer faster' }), false);
  assert.equal(titleDecides({ labels: [], title: `Release 1.4.2 ${'x'.repeat(1024)}` }), false);
});

it('a title may decide for the services that a label does not name', () => {
  assert.equal(titleDecides({ labels: ['version:orders:1.0.0'], title: 'Release 1.4.2' }), true);
});
