import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { plain, styledLine } from '../../../src/web/styled-line.ts';

const esc = '\u001b';
const shown = (line: string) => styledLine(line, plain());
const textOf = (line: string) =>
  shown(line)
    .map((segment) => (typeof segment === 'string' ? segment : segment[0]))
    .join('');

const cases: readonly [string, string, ReturnType<typeof styledLine>][] = [
  ['plain text', 'npm ci', ['npm ci']],
  ['a colour', `${esc}[32mok${esc}[0m done`, [['ok', 'f-green'], ' done']],
  ['a bright one on a ground, bold', `${esc}[1;91;44mx`, [['x', 'f-bright-red g-blue bold']]],
  ['one of 256', `${esc}[38;5;196mx`, [['x', 'f-bright-red']]],
  ['a grey of 256', `${esc}[38;5;240mx`, [['x', 'f-bright-black']]],
  ['a true colour', `${esc}[38;2;10;200;10mx`, [['x', 'f-bright-green']]],
  ['a true ground with colons', `${esc}[48:2:10:10:250mx`, [['x', 'g-bright-blue']]],
  [
    'looks that end one by one',
    `${esc}[1;4;2mx${esc}[24my${esc}[22mz`,
    [['x', 'bold dim under'], ['y', 'bold dim'], 'z'],
  ],
  ['a colour that ends', `${esc}[31;41mx${esc}[39my${esc}[49mz`, [['x', 'f-red g-red'], ['y', 'g-red'], 'z']],
  ['erasing', `${esc}[Kx${esc}[2K`, ['x']],
  ['moving the cursor', `${esc}[2Ax`, ['␛[2Ax']],
  ['a title for the terminal', `${esc}]0;owned\u0007`, ['␛]0;owned␇']],
  ['text turned around', 'a\u202eb', ['a\uFFFDb']],
  [
    'an address',
    'see https://x.test/a?b=1, or',
    ['see ', ['https://x.test/a?b=1', '', 'https://x.test/a?b=1'], ', or'],
  ],
  ['an address in a colour', `${esc}[34mhttp://x.test/a`, [['http://x.test/a', 'f-blue', 'http://x.test/a']]],
  [
    'no address',
    'javascript:alert(1) ftp://x.test data:text/html,x',
    ['javascript:alert(1) ftp://x.test data:text/html,x'],
  ],
];
for (const [what, line, expected] of cases) test(`${what} is shown`, () => assert.deepEqual(shown(line), expected));

test('a look goes on into the next line until it ends', () => {
  const look = plain();
  assert.deepEqual(styledLine(`${esc}[31mone`, look), [['one', 'f-red']]);
  assert.deepEqual(styledLine('two', look), [['two', 'f-red']]);
  assert.deepEqual(styledLine(`${esc}[mthree`, look), ['three']);
});

test('a line without end is cut, and says by how much', () => {
  const segments = shown('x'.repeat(1_000_000));
  assert.equal(textOf('x'.repeat(1_000_000)).length < 4100, true);
  assert.deepEqual(segments.at(-1), [' … 996000 more characters', 'dim']);
});

test('a line of nothing but changes of look costs little', () => {
  const segments = shown(`${esc}[31mx${esc}[32my`.repeat(100_000));
  assert.ok(segments.length <= 202, `${segments.length}`);
});

test('whatever is printed, nothing that acts is shown, and every link leads to http or https', () => {
  const piece = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      `${esc}[`,
      `${esc}]0;`,
      '38;5;',
      'm',
      'https://',
      'javascript:',
      '\u202e',
      '\r',
      '\u0000',
      '<script>',
      '"',
    ),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      for (const segment of shown(pieces.join('').replaceAll('\n', ' '))) {
        const [text, classes = '', href] = typeof segment === 'string' ? [segment] : segment;
        assert.doesNotMatch(text, /[^\P{Cc}\t]|[\u202a-\u202e\u2066-\u2069]/u);
        assert.match(classes, /^[a-z -]*$/);
        if (href !== undefined) assert.match(href, /^https?:\/\/[^\s<>"'`]+$/);
      }
    }),
  );
});
