import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { describe, it } from 'node:test';

const source = path.join(import.meta.dirname, '../../src');
const program = (format: string, isTTY: boolean) => `
  import { createLog } from '${source}/log.ts';
  import { logDestination } from '${source}/log-destination.ts';
  process.stdout.isTTY = ${isTTY};
  const log = createLog('info', await logDestination(${format}, process.env));
  log.info({ build: 'b1' }, 'published');`;

function printed(
  format: string,
  { isTTY = false, ...environment }: { isTTY?: boolean; NODE_ENV?: string } = {},
): string {
  const args = ['--input-type=module', '--eval', program(format, isTTY)];
  return execFileSync(process.execPath, args, { encoding: 'utf8', env: { PATH: process.env.PATH, ...environment } });
}
const isJson = (text: string): boolean => text.startsWith('{') && JSON.parse(text).build === 'b1';

describe('log lines', () => {
  it('are JSON in production and where no person looks, and words on a terminal', () => {
    assert.ok(isJson(printed('undefined')));
    assert.ok(isJson(printed('undefined', { isTTY: true, NODE_ENV: 'production' })));
    const words = printed('undefined', { isTTY: true });
    assert.match(words, /published/);
    assert.ok(!words.startsWith('{'), words);
  });

  it('are what LOG_FORMAT says', () => {
    assert.ok(isJson(printed("'json'", { isTTY: true })));
    assert.match(printed("'pretty'"), /INFO.*published\n +build: "b1"\n/);
  });
});
