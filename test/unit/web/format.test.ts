import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatDuration } from '../../../src/web/format-duration.ts';
import { formatSize } from '../../../src/web/format-size.ts';
import { formatTime } from '../../../src/web/format-time.ts';

for (const [ms, text] of [
  [-5, '0 ms'],
  [0, '0 ms'],
  [420, '420 ms'],
  [38_400, '38 s'],
  [59_600, '1 min 00 s'],
  [125_000, '2 min 05 s'],
  [3_599_700, '1 h 00 min'],
  [3_720_000, '1 h 02 min'],
  [47 * 3_600_000, '47 h 00 min'],
  [271 * 3_600_000, '11 d 07 h'],
] as const) {
  test(`${ms} milliseconds are ${text}`, () => assert.equal(formatDuration(ms), text));
}

for (const [bytes, text] of [
  [0, '0 B'],
  [999, '999 B'],
  [12_900_000, '12.9 MB'],
  [123_456_789, '123 MB'],
  [2_500_000_000, '2.5 GB'],
] as const) {
  test(`${bytes} bytes are ${text}`, () => assert.equal(formatSize(bytes), text));
}

test('a time is shown in UTC, wherever the server is', () => {
  assert.equal(formatTime(new Date('2026-03-02T23:05:09Z')), '2 Mar 2026, 23:05 UTC');
});
