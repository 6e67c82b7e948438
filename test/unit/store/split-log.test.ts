import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { splitLog } from '../../../src/store/split-log.ts';

const texts = (text: string, limit: number) => splitLog(text, limit).map((piece) => piece.text);

test('a log is cut behind lines', () => {
  assert.deepEqual(texts('one\ntwo\nthree\n', 9), ['one\ntwo\n', 'three\n']);
  assert.deepEqual(texts('one\ntwo\n', 8), ['one\ntwo\n']);
  assert.deepEqual(texts('', 8), []);
});

test('a line that is too long is cut between characters', () => {
  assert.deepEqual(texts('⚓⚓⚓', 7), ['⚓⚓', '⚓']);
});

test('nothing is lost, and no piece is longer than allowed', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), fc.integer({ min: 4, max: 50 }), (text, limit) => {
      const pieces = splitLog(text, limit);
      assert.equal(pieces.map((piece) => piece.text).join(''), text);
      for (const piece of pieces) {
        assert.equal(Buffer.byteLength(piece.text), piece.bytes);
        assert.ok(piece.bytes > 0 && piece.bytes <= limit);
      }
    }),
  );
});
