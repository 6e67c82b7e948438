import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planAliases } from '../../../src/plan/plan-aliases.ts';

const all = ['major', 'major.minor', 'latest'] as const;

test('aliases move forward only: an older line moves its own', () => {
  assert.deepEqual(planAliases('1.3.9', all, ['1.3.8', '1.4.2', '1.4.10', '2.0.0-rc.1', 'latest', '1']), {
    moves: ['1.3'],
    stays: [
      { tag: '1', at: '1.4.10' },
      { tag: 'latest', at: '1.4.10' },
    ],
  });
  assert.deepEqual(planAliases('2.0.0', all, ['1.9.9']).moves, ['2', '2.0', 'latest']);
});

test('a pre-release moves none, and keeps nothing from moving', () => {
  assert.deepEqual(planAliases('2.0.0-rc.1', all, []), { moves: [], stays: [] });
  assert.deepEqual(planAliases('1.0.0', all, ['2.0.0-rc.1']).stays, []);
});
