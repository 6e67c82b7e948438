import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import fc from 'fast-check';
import { applyPatch } from '../../../src/fetch/apply-patch.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'patches-'));
after(() => rmSync(folder, { recursive: true }));

/** The hunks of git's own diff, as GitHub sends them. */
function gitDiff(before: string, now: string): string {
  const files = [before, now].map((text, index) => {
    const file = path.join(folder, String(index));
    writeFileSync(file, text);
    return file;
  });
  const { stdout } = spawnSync('git', ['diff', '--no-index', '--no-color', ...files], { encoding: 'utf8' });
  const start = stdout.search(/^@@ /m);
  return start < 0 ? '' : stdout.slice(start).replace(/\n$/, '');
}

describe('a patch', () => {
  it('of git makes the one text of the other, and the other of the one', () => {
    const line = fc.constantFrom('', 'a', 'b', ' c', '-', '+x', '\\', '@@ -1 +1 @@', 'größer\r', '\u2028');
    const text = fc.tuple(fc.array(line, { maxLength: 30 }), fc.constantFrom('', '\n')).map(([lines, end]) => {
      return lines.join('\n') + (lines.length === 0 ? '' : end);
    });
    fc.assert(
      fc.property(text, text, (before, now) => {
        const patch = gitDiff(before, now);
        fc.pre(patch !== '');
        assert.equal(applyPatch(before, patch), now);
        assert.equal(applyPatch(now, patch, { backwards: true }), before);
      }),
      { numRuns: 60 },
    );
  });

  it('that does not fit to the letter makes nothing', () => {
    const patch = '@@ -1,3 +1,3 @@\n a\n-b\n+x\n c';
    assert.equal(applyPatch('a\nb\nc\n', patch), 'a\nx\nc\n');
    for (const other of ['b\na\nb\nc\n', 'a\nb\n', 'a\nb\nc', 'a\r\nb\nc\n', '']) {
      assert.equal(applyPatch(other, patch), undefined, JSON.stringify(other));
    }
    for (const wrong of ['@@ -9 +9 @@\n-b\n+x', 'a\nb', '@@ -2 +2 @@\n-b\n@@ -1 +1 @@\n-a', '@@ -1 +1 @@\n\n-a', '']) {
      assert.equal(applyPatch('a\nb\nc\n', wrong), undefined, JSON.stringify(wrong));
    }
  });

  it('that is hostile takes no longer than its length', () => {
    const before = '\n'.repeat(2 ** 20);
    const start = performance.now();
    const hunks = Array.from({ length: 10_000 }, (_, at) => `@@ -${at * 100 + 1},2 +${at * 100 + 1} @@\n \n-`);
    assert.equal(applyPatch(before, hunks.join('\n'))?.length, before.length - 10_000);
    assert.equal(applyPatch(before, `@@ -1 +1 @@\n${' \n'.repeat(20_000)}-x`), undefined);
    assert.equal(applyPatch('', `@@ -${'9'.repeat(5000)} +1 @@\n-x`), undefined);
    assert.ok(performance.now() - start < 2000);
  });
});
