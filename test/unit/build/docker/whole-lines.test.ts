import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { wholeLines } from '../../../../src/build/docker/whole-lines.ts';

const all = (...pieces: (string | Uint8Array)[]): string[] => {
  const lines = wholeLines();
  return [...pieces.flatMap((piece) => lines.add(piece)), ...lines.end()];
};

describe('wholeLines', () => {
  it('keeps a line back until it ends', () => {
    const lines = wholeLines();
    assert.deepEqual(lines.add('one\ntw'), ['one\n']);
    assert.deepEqual(lines.add('o'), []);
    assert.deepEqual(lines.add('\n'), ['two\n']);
    assert.deepEqual(lines.end(), []);
  });

  it('gives an unfinished line out at the end', () => {
    assert.deepEqual(all('one\ntwo'), ['one\n', 'two\n']);
  });

  it('puts a character together whose bytes came apart', () => {
    const bytes = Buffer.from('zwölf 🚢\n');
    for (let cut = 1; cut < bytes.length; cut += 1) {
      assert.deepEqual(all(bytes.subarray(0, cut), bytes.subarray(cut)).join(''), 'zwölf 🚢\n');
    }
  });

  it('shows bytes that are no UTF-8 as replacement characters', () => {
    assert.deepEqual(all(Buffer.from([0x61, 0xe9, 0x0a])), ['a\uFFFD\n']);
    assert.deepEqual(all(Buffer.from([0x61, 0xc3])), ['a\uFFFD\n']);
  });

  it('shows progress that overwrites itself in its last state', () => {
    assert.deepEqual(all('10%\r50%\r100%\nnext\n'), ['100%\nnext\n']);
    assert.deepEqual(all('10%\r', '50%\r', '100%\r'), ['100%\n']);
  });

  it('takes a carriage return before a line end as part of the line end', () => {
    assert.deepEqual(all('dos\r', '\nnext\r\n'), ['dos\nnext\n']);
    assert.deepEqual(all('dos\r', '\n'), ['dos\n']);
  });

  it('leaves NUL out', () => {
    assert.deepEqual(all('a\0b\n'), ['ab\n']);
  });

  it('cuts a line that does not end, and keeps no more of it than one piece', () => {
    const lines = wholeLines();
    let told = 0;
    for (let turn = 0; turn < 100; turn += 1) {
      for (const piece of lines.add('x'.repeat(10_000))) {
        assert.ok(Buffer.byteLength(piece) <= 64 * 1024);
        told += piece.length - 1;
      }
      assert.ok((turn + 1) * 10_000 - told <= 20_000);
    }
  });

  it('keeps no progress without a line end in memory', () => {
    const lines = wholeLines();
    for (let turn = 0; turn < 1000; turn += 1) lines.add(`${turn} of 1000 ${'='.repeat(100)}\r`);
    const told = lines.end().join('');
    assert.match(told, /^999 of 1000 =+\n$/);
  });

  it('overwrites a long line too when more comes behind its carriage return', () => {
    assert.deepEqual(all(`${'x'.repeat(19_000)}\r`, `${'y'.repeat(2000)}\r`, 'short\n'), ['short\n']);
  });

  it('never cuts a character in two', () => {
    const text = `${'x'.repeat(19_999)}🚢${'y'.repeat(30_000)}\n`;
    const told = all(text).join('');
    assert.equal(told.replaceAll('\n', ''), text.replaceAll('\n', ''));
    assert.ok(!/[\uD800-\uDBFF]\n/.test(told));
  });

  it('tells the same whatever the pieces are', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: fc.constantFrom('a', 'ö', '🚢', '\n', ' ') })), (texts) => {
        const whole = Buffer.from(texts.join(''));
        const pieces = texts.map((text) => Buffer.from(text));
        const expected = texts.join('');
        const ended = expected === '' || expected.endsWith('\n') ? expected : `${expected}\n`;
        assert.equal(all(...pieces).join(''), ended);
        assert.equal(all(whole).join(''), ended);
        const bytes = [...whole].map((byte) => Uint8Array.of(byte));
        assert.equal(all(...bytes).join(''), ended);
      }),
    );
  });

  it('gives out pieces of at most 64 KiB, whatever the letters', () => {
    for (const piece of all(`${'€'.repeat(100)}\n`.repeat(2000))) assert.ok(Buffer.byteLength(piece) <= 64 * 1024);
  });
});
