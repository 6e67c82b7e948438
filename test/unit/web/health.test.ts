import assert from 'node:assert/strict';
import { test } from 'node:test';
import { health } from '../../../src/web/health.ts';
import { memoryLog } from '../../support/memory-log.ts';

const times = { timeoutMs: 1000, keepMs: 60_000 };

test('asked at any rate, a check runs once while its answer is kept', async () => {
  let runs = 0;
  const ask = health('engine', async () => ++runs, memoryLog().log, times);
  assert.deepEqual(await Promise.all([ask(), ask(), ask()]), ['ok', 'ok', 'ok']);
  assert.equal(await ask(), 'ok');
  assert.equal(runs, 1);
});

test('an answer that has grown old is asked for anew', async () => {
  let runs = 0;
  const ask = health('engine', async () => ++runs, memoryLog().log, { ...times, keepMs: 0 });
  await ask();
  await ask();
  assert.equal(runs, 2);
});

test('a check that hangs is degraded after its time, and is not started again beside itself', async () => {
  let runs = 0;
  const { promise, resolve } = Promise.withResolvers<void>();
  const check = () => {
    runs += 1;
    return promise;
  };
  const { log, lines } = memoryLog();
  const ask = health('engine', check, log, { timeoutMs: 10, keepMs: 0 });
  assert.equal(await ask(), 'degraded');
  assert.equal(await ask(), 'degraded');
  assert.equal(runs, 1);
  assert.deepEqual(
    lines.map(({ msg }) => msg),
    ['engine is degraded'],
  );
  resolve();
  await promise;
  assert.equal(await ask(), 'ok');
});

test('a change is said once in the log, with its reason', async () => {
  const { log, lines } = memoryLog();
  let well = false;
  const check = async () => {
    if (!well) throw new Error('no such socket');
  };
  const ask = health('engine', check, log, { ...times, keepMs: 0 });
  await ask();
  await ask();
  well = true;
  await ask();
  await ask();
  assert.deepEqual(
    lines.map(({ level, msg }) => [level, msg]),
    [
      ['warn', 'engine is degraded'],
      ['info', 'engine is well again'],
    ],
  );
});

test('a check that throws at once is degraded', async () => {
  const check = () => {
    throw new Error('not even a promise');
  };
  assert.equal(await health('disk', check, memoryLog().log, times)(), 'degraded');
});
