import assert from 'node:assert/strict';
import { test } from 'node:test';
import { logTail } from '../../../src/web/log-tail.ts';

const tail = (most: number, ...texts: string[]) =>
  logTail(
    texts.map((text) => ({ text })),
    most,
  );

test('a short log is shown whole', () => {
  assert.deepEqual(tail(10, 'a\nb\n', 'c\n'), { lines: ['a', 'b', 'c'], first: 1 });
});

test('of a long log the last lines are shown, with their numbers', () => {
  const texts = Array.from({ length: 100 }, (_, index) => `${index + 1}\n`);
  assert.deepEqual(tail(3, ...texts), { lines: ['98', '99', '100'], first: 98 });
  assert.deepEqual(tail(3, texts.join('')), { lines: ['98', '99', '100'], first: 98 });
});

test('a line in several chunks is one line, and a last one without an end is shown', () => {
  assert.deepEqual(tail(10, 'a', 'b', 'c\nd'), { lines: ['abc', 'd'], first: 1 });
});

test('empty lines are lines, and an empty log has none', () => {
  assert.deepEqual(tail(10, '\n\na\n'), { lines: ['', '', 'a'], first: 1 });
  assert.deepEqual(tail(10), { lines: [], first: 1 });
  assert.deepEqual(tail(10, ''), { lines: [], first: 1 });
});

test('what a progress bar draws over is shown line by line', () => {
  assert.deepEqual(tail(10, '10%\r20%\r\r\nend\r\n').lines, ['10%', '20%', 'end']);
});

test('a line of a megabyte, whole or in pieces, is cut and says how much more there is', () => {
  const mib = 2 ** 20;
  const cut = [`${'x'.repeat(4000)} … ${mib - 4000} more characters`, 'next'];
  assert.deepEqual(tail(10, `${'x'.repeat(mib)}\nnext\n`).lines, cut);
  assert.deepEqual(tail(10, ...Array.from({ length: 16 }, () => 'x'.repeat(mib / 16)), '\nnext\n').lines, cut);
});
