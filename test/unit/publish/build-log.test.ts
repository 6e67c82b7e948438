import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createLog } from '../../../src/log.ts';
import { openBuildLog } from '../../../src/publish/build-log.ts';

const quiet = createLog('silent');

describe('the log of a build', () => {
  it('keeps everything in its order, and gathers what belongs together', async () => {
    const rows: string[] = [];
    const log = openBuildLog({ append: async (text, stepId) => void rows.push(`${stepId}: ${text}`), log: quiet });
    log.write('one\n', 'a');
    log.write('two\n', 'a');
    log.write('three\n', 'b');
    await log.close();
    assert.deepEqual(rows, ['a: one\ntwo\n', 'b: three\n']);
  });

  it('never waits for the store, and says how much of a flood it left out', async () => {
    const gate = Promise.withResolvers<void>();
    const rows: string[] = [];
    const log = openBuildLog({
      append: async (text) => {
        await gate.promise;
        rows.push(text);
      },
      log: quiet,
    });
    const line = `${'x'.repeat(65_535)}\n`;
    for (let count = 0; count < 100; count += 1) log.write(line);
    gate.resolve();
    await log.close();
    const text = rows.join('');
    assert.ok(text.length < 5 * 2 ** 20);
    assert.match(text, /\.\.\. \d+ characters left out/);
  });

  it('gives up what the store does not take, and ends', async () => {
    const lines: string[] = [];
    const log = openBuildLog({
      append: () => Promise.reject(new Error('no store')),
      log: createLog('error', { write: (line: string) => lines.push(line) }),
    });
    log.write('one\n');
    await log.close();
    assert.match(lines.join(''), /could not be kept/);
  });
});
