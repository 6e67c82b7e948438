import assert from 'node:assert/strict';
import { it } from 'node:test';
import { judgeRoom, readRoom } from '../../src/disk.ts';

const gib = 2 ** 30;

it('a disk is high above its share, and short when the last third of the rest begins', () => {
  const total = 30 * gib;
  const at = (free: number) => judgeRoom({ free, total }, 0.85);
  assert.equal(at(0.16 * total), 'ok');
  assert.equal(at(0.14 * total), 'high');
  assert.equal(at(0.051 * total), 'high');
  assert.equal(at(0.049 * total), 'short');
});

it('a large disk is short with less than 5 GiB', () => {
  const total = 4000 * gib;
  assert.equal(judgeRoom({ free: 6 * gib, total }, 0.85), 'high');
  assert.equal(judgeRoom({ free: 4 * gib, total }, 0.85), 'short');
});

it('a folder’s disk is counted as df counts it', async () => {
  const { free, total } = await readRoom('.');
  assert.ok(free > 0 && free <= total, `${free} of ${total}`);
  await assert.rejects(readRoom('/nowhere/at/all'), { code: 'ENOENT' });
});
