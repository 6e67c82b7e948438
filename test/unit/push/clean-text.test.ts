import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { cleanText } from '../../../src/push/clean-text.ts';

describe('text of another server', () => {
  it('becomes one bounded line without control characters', () => {
    assert.equal(cleanText(' a\n\tb\u001b[31mc\u202e\u0000 '), 'a b [31mc');
    assert.equal(cleanText('x'.repeat(100_000)).length, 300);
  });

  it('loses what could be a secret', () => {
    const token = 'eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJ4In0.c2lnbmF0dXJl';
    const seen = cleanText(
      `hunter2 Basic dXNlcjpwYXNzd29yZA== bearer ${token} (${token}) https://u:p@blobs.lan/x?X-Amz-Signature=abc done`,
      ['hunter2', ''],
    );
    assert.equal(seen, '[hidden] Basic [hidden] bearer [hidden] ([hidden]) https://blobs.lan/x done');
  });
});
