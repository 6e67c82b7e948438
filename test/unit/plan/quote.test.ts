import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { quote } from '../../../src/plan/quote.ts';

it('text from people is named in backticks that it cannot end', () => {
  assert.equal(quote('version:1.4.2'), '`version:1.4.2`');
  assert.equal(quote('a `b` c'), "`a 'b' c`");
  assert.equal(quote('a\n\u202eb'), '`a b`');
});

it('a long text is cut between characters', () => {
  assert.equal(quote('abcdef', 4), '`abc…`');
  assert.equal(quote('ab😀😀', 4), '`ab…`');
});

it('any text becomes one line of visible characters', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 2, max: 20 }), (text, most) => {
      const quoted = quote(text, most);
      return (
        quoted.length <= most + 2 &&
        /^`[^`]*`$/.test(quoted) &&
        !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(quoted) &&
        quoted.isWellFormed()
      );
    }),
  );
});
