import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { describe, it } from 'node:test';

const source = path.join(import.meta.dirname, '../../src');
const program = (format: string, isTTY: boolean, more: string) => `
  import { createLog } from '${source}/log.ts';
  import { logDestination } from '${source}/log-destination.ts';
  process.stdout.isTTY = ${isTTY};
  const log = createLog('info', await logDestination(${format}, process.env));
  log.info({ build: 'b1' }, 'published');
  ${more}`;

function printed(
  format: string,
  { isTTY = false, more = '', ...environment }: { isTTY?: boolean; NODE_ENV?: string; more?: string } = {},
): string {
  const args = ['--input-type=module', '--eval', program(format, isTTY, more)];
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

  for (const format of ['json', 'pretty']) {
    it(`as ${format} hold nothing that a terminal obeys, whatever people wrote`, () => {
      const evil = String.raw`\u001b[2J\u001b]0;owned\u0007\u009b31m\u007f\r\b\u202e\u2066\u2028`;
      const more = `
        const evil = '${evil}';
        log.info({ title: evil, ['key ' + evil]: { list: [evil] } }, 'a title ' + evil);
        log.child({ name: evil }).error({ err: new Error(evil, { cause: new Error(evil) }) }, evil);`;
      const text = printed(`'${format}'`, { more });
      assert.doesNotMatch(text, /[^\P{Cc}\n]|[\u2028-\u202e\u2066-\u2069]/u);
      assert.match(text, /\\u001b\[2J.*\\u009b31m/);
    });
  }
});
