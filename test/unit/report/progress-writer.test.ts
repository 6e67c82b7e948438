import assert from 'node:assert/strict';
import { beforeEach, describe, it, mock } from 'node:test';
import { createLog } from '../../../src/log.ts';
import { createProgressBudget } from '../../../src/report/progress-budget.ts';
import { createProgressWriter } from '../../../src/report/progress-writer.ts';

const log = createLog('fatal');
/** Lets everything that is settled run on. */
const settle = async (): Promise<void> => {
  for (let i = 0; i < 20; i += 1) await Promise.resolve();
};
const pass = async (seconds: number): Promise<void> => {
  for (let i = 0; i < seconds; i += 1) {
    mock.timers.tick(1000);
    await settle();
  }
};

function start(
  options: { mayWrite?: () => boolean; write?: (state: number, signal: AbortSignal) => Promise<unknown> } = {},
) {
  const written: { state: number; at: number }[] = [];
  const begin = Date.now();
  const writer = createProgressWriter<number>({
    write: async (state, signal) => {
      written.push({ state, at: (Date.now() - begin) / 1000 });
      await options.write?.(state, signal);
    },
    mayWrite: options.mayWrite ?? (() => true),
    log,
  });
  return { writer, written };
}

describe('progress', () => {
  beforeEach(() => {
    mock.timers.reset();
    mock.timers.enable({ apis: ['setTimeout', 'Date'] });
  });

  it('is written every 10 s in the first minute and every 30 s then, the last state each time', async () => {
    const { writer, written } = start();
    for (let second = 0; second < 150; second += 1) {
      writer.update(second);
      await pass(1);
    }
    assert.deepEqual(
      written.map(({ at }) => at),
      [0, 10, 20, 30, 40, 50, 60, 90, 120, 150],
    );
    assert.deepEqual(
      written.map(({ state }) => state),
      [0, 9, 19, 29, 39, 49, 59, 89, 119, 149],
    );
    await writer.stop();
  });

  it('is not written again while nothing changes', async () => {
    const { writer, written } = start();
    writer.update(1);
    await pass(120);
    assert.deepEqual(written, [{ state: 1, at: 0 }]);
    writer.update(2);
    await settle();
    assert.deepEqual(written.at(-1), { state: 2, at: 120 });
    await writer.stop();
  });

  it('has one write in flight at most, and an update returns at once', async () => {
    const slow = Promise.withResolvers<void>();
    const { writer, written } = start({ write: () => slow.promise });
    for (let state = 1; state <= 5; state += 1) {
      writer.update(state);
      await pass(2);
    }
    assert.deepEqual(
      written.map(({ state }) => state),
      [1],
    );
    slow.resolve();
    await settle();
    assert.deepEqual(
      written.map(({ state }) => state),
      [1, 5],
    );
    await writer.stop();
  });

  it('stops: what waits is dropped, and what is in flight is waited for', async () => {
    const slow = Promise.withResolvers<void>();
    const { writer, written } = start({ write: () => slow.promise });
    writer.update(1);
    writer.update(2);
    let stopped = false;
    const stop = writer.stop().then(() => {
      stopped = true;
    });
    await pass(5);
    assert.equal(stopped, false);
    slow.resolve();
    await stop;
    writer.update(3);
    await pass(100);
    assert.deepEqual(
      written.map(({ state }) => state),
      [1],
    );
  });

  it('stops while it waits for its turn', async () => {
    const { writer, written } = start();
    writer.update(1);
    await pass(1);
    writer.update(2);
    await writer.stop();
    await pass(100);
    assert.equal(written.length, 1);
  });

  it('goes on after a write that fails', async () => {
    const { writer, written } = start({ write: () => Promise.reject(new Error('no')) });
    writer.update(1);
    await pass(10);
    writer.update(2);
    await pass(1);
    assert.deepEqual(
      written.map(({ state }) => state),
      [1, 2],
    );
    await writer.stop();
  });

  it('gives a write up that hangs', async () => {
    const write = (_: number, signal: AbortSignal) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    const { writer } = start({ write });
    writer.update(1);
    const stop = writer.stop();
    await pass(15);
    await stop;
  });

  it('waits for the next turn where the budget is used up', async () => {
    let allowed = false;
    const { writer, written } = start({ mayWrite: () => allowed });
    writer.update(1);
    await pass(15);
    assert.deepEqual(written, []);
    allowed = true;
    await pass(5);
    assert.deepEqual(written, [{ state: 1, at: 20 }]);
    await writer.stop();
  });
});

describe('a budget of progress', () => {
  it('lets an installation write so often in any hour, and no other pays for it', () => {
    mock.timers.reset();
    mock.timers.enable({ apis: ['Date'] });
    const budget = createProgressBudget(3);
    const minute = 60_000;
    assert.equal(budget.take(1), true);
    mock.timers.tick(30 * minute);
    assert.deepEqual([budget.take(1), budget.take(1), budget.take(1)], [true, true, false]);
    assert.equal(budget.take(2), true);
    mock.timers.tick(30 * minute);
    assert.deepEqual([budget.take(1), budget.take(1)], [true, false]);
    mock.timers.tick(30 * minute);
    assert.deepEqual([budget.take(1), budget.take(1), budget.take(1)], [true, true, false]);
  });

  it('is 300 writes an hour', () => {
    const budget = createProgressBudget();
    assert.equal(Array.from({ length: 301 }, () => budget.take(1)).filter(Boolean).length, 300);
  });
});
