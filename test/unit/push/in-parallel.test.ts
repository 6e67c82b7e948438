import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { inParallel } from '../../../src/push/in-parallel.ts';

describe('work in parallel', () => {
  it('is done for every item, and never for more than allowed at once', async () => {
    const done: number[] = [];
    let running = 0;
    let most = 0;
    await inParallel([1, 2, 3, 4, 5, 6, 7], 3, async (item) => {
      running += 1;
      most = Math.max(most, running);
      await turn();
      running -= 1;
      done.push(item);
    });
    assert.deepEqual(done.sort(), [1, 2, 3, 4, 5, 6, 7]);
    assert.equal(most, 3);
  });

  it('begins nothing new after a failure, and waits for what was begun', async () => {
    const begun: number[] = [];
    let ended = false;
    const work = inParallel([1, 2, 3, 4, 5], 2, async (item) => {
      begun.push(item);
      if (item === 1) throw new Error('one');
      await turn();
      ended = true;
    });
    await assert.rejects(work, /one/);
    assert.deepEqual(begun, [1, 2]);
    assert.equal(ended, true);
  });
});
