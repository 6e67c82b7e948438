import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { trimToBytes } from '../../../src/report/trim-to-bytes.ts';

it('a text that fits is left as it is', () => {
  assert.equal(trimToBytes('größe', 7), 'größe');
});

it('a long text ends with a whole line', () => {
  assert.equal(trimToBytes('one\ntwo\nthree', 11), 'one\n\n…');
});

it('any text is cut between characters and fits', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), fc.integer({ min: 5, max: 120 }), (text, most) => {
      const trimmed = trimToBytes(text, most);
      return (
        Buffer.byteLength(trimmed) <= most &&
        trimmed.isWellFormed() &&
        (text.includes('\ufffd') || !trimmed.includes('\ufffd'))
      );
    }),
  );
});
