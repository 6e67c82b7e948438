import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { marked, type Token } from 'marked';
import { code, cut, fence, link, oneLine, prose, sentence, table } from '../../../src/report/markdown.ts';

/** Every token of a document, those inside of others too. */
function tokensOf(markdown: string): Token[] {
  const tokens: Token[] = [];
  marked.walkTokens(marked.lexer(markdown), (token) => {
    tokens.push(token);
  });
  return tokens;
}

/** What GitHub's own filters look at: text outside of code. */
function visibleProse(markdown: string): string {
  const html = marked.parse(markdown, { async: false });
  return html
    .replaceAll(/<(code|pre)\b[^>]*>[\s\S]*?<\/\1>/g, ' ')
    .replaceAll(/<[^>]+>/g, '')
    .replaceAll('&#39;', "'")
    .replaceAll('&quot;', '"')
    .replaceAll('&#124;', '|')
    .replaceAll('&#36;', '$')
    .replaceAll('&#91;', '[')
    .replaceAll('&#93;', ']')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}

const mention = /(^|[^\w`])@[\w-]|#\d|\bGH-\d|:\/\/|\bwww\./i;
const inert = new Set(['text', 'paragraph', 'codespan', 'escape', 'space']);
const ownHtml = /^<\/?code>$/;

function assertInert(markdown: string, allowed: readonly string[] = []): void {
  for (const token of tokensOf(markdown)) {
    const isFine =
      inert.has(token.type) || allowed.includes(token.type) || (token.type === 'html' && ownHtml.test(token.raw));
    assert.ok(isFine, `${token.type} ${JSON.stringify(token.raw)} in ${JSON.stringify(markdown)}`);
  }
  assert.doesNotMatch(visibleProse(markdown), mention, JSON.stringify(markdown));
  // Our own zero-width space alone is let through.
  assert.doesNotMatch(markdown.replaceAll('\n', '').replaceAll('\u200b', ''), /[\p{Cc}\p{Cf}]/u);
  assert.ok(markdown.isWellFormed());
}

const hostile = [
  '@ada',
  'a@b.co',
  '@acme/team',
  '#12',
  'acme/orders#12',
  'GH-12',
  'https://evil.example',
  'www.evil.example',
  'HTTP://evil.example',
  '<script>alert(1)</script>',
  '<!-- x',
  '--> <img src=x onerror=y>',
  '[a](https://evil.example)',
  '![a](https://evil.example)',
  '[a]: https://evil.example',
  '<https://evil.example>',
  '**bold**',
  '_it_',
  '~~no~~',
  '```',
  '~~~',
  '`',
  '``',
  '# heading',
  '> quote',
  '- item',
  '* item',
  '+ item',
  '1. item',
  '2) item',
  '---',
  '===',
  '***',
  '- [ ] task',
  '| a | b |',
  '|',
  '\\|',
  '\\',
  '\\`',
  '&lt;b&gt;',
  '&#64;ada',
  '$x$',
  '$$y$$',
  '[^1]',
  ':tada:',
  '    indented',
  '\tindented',
  '\u202egnp.exe',
  '@\u200bada',
  '@\u2060ada',
  '\u001b[31mred\u001b[0m',
  '\u001b]8;;https://evil.example\u0007link\u001b]8;;\u0007',
  '\u0000',
  '\ud800',
  'a\nb',
  'a\r\n\r\n# b',
  '\u2028# b',
  '<details><summary>',
  '</code>',
  '\\</code>',
];
const piece = fc.oneof(
  fc.constantFrom(...hostile),
  fc.string({ unit: 'binary', maxLength: 6 }),
  fc.string({ maxLength: 6 }),
);
const text = fc.array(piece, { maxLength: 8 }).map((parts) => parts.join(''));
const spacedText = fc.array(piece, { maxLength: 8 }).map((parts) => parts.join(' '));
const anyText = fc.oneof(text, spacedText);

describe('text from people', () => {
  for (const [name, render] of Object.entries({ prose, code, sentence })) {
    for (const sample of hostile) {
      it(`is inert as ${name}: ${JSON.stringify(sample)}`, () => {
        assertInert(render(sample));
        assertInert(`Before ${render(sample)} after.`);
      });
    }

    it(`is inert as ${name}, whatever it is`, () => {
      fc.assert(
        fc.property(anyText, (given) => {
          assertInert(render(given));
          assertInert(`Before ${render(given)} after.`);
        }),
        { numRuns: 500 },
      );
    });

    it(`stays in its place as ${name}: in a list, in a heading, in a cell`, () => {
      fc.assert(
        fc.property(anyText, anyText, (one, other) => {
          const list = tokensOf(`- ${render(one)}\n- ${render(other)}`).filter(({ type }) => type === 'list');
          assert.equal(list.length, 1);
          assert.ok(list[0]?.type === 'list' && list[0].items.length === 2);
          assertInert(`- ${render(one)}\n- ${render(other)}`, ['list', 'list_item']);
          assertInert(`#### x ${render(one)}`, ['heading']);
          const cells = marked.lexer(
            table(
              ['', ''],
              [
                [render(one), render(other)],
                ['c', 'd'],
              ],
            ),
          );
          const [only] = cells;
          assert.ok(cells.length === 1 && only?.type === 'table', JSON.stringify(cells));
          assert.deepEqual(
            only.rows.map((row: unknown[]) => row.length),
            [2, 2],
          );
          assert.equal(only.rows[1]?.[0]?.text, 'c');
          assertInert(table(['', ''], [[render(one), render(other)]]), ['table']);
        }),
        { numRuns: 200 },
      );
    });
  }

  it('is read as it was written', () => {
    const html = (markdown: string): string => marked.parseInline(markdown, { async: false }).replaceAll('\u200b', '');
    assert.equal(html(prose('1.4.2 of service_name: 5 * 3 & 2 ~ [x]')), '1.4.2 of service_name: 5 * 3 &amp; 2 ~ [x]');
    assert.equal(html(prose('12.3 MiB')), '12.3 MiB');
    assert.equal(prose('12.3 MiB, as before.'), '12.3 MiB, as before.');
    assert.equal(html(code('a|b `c` \\d')), '<code>a&#124;b `c` \\d</code>');
    assert.equal(code('version:1.4.2'), '`version:1.4.2`');
    assert.equal(sentence('label `version:1.4.2` of @ada'), 'label `version:1.4.2` of @\u200bada');
    assert.equal(sentence('an odd ` one'), 'an odd \\` one');
    assert.equal(sentence('`a` and `b`'), '`a` and `b`');
    assert.equal(sentence('`a`'), '`a`');
    assert.equal(oneLine('  a\u0000\n\tb \u001b[1mc\u001b[0m'), 'a b c');
  });

  it('is cut between characters', () => {
    assert.equal(cut('abc', 3), 'abc');
    assert.equal(cut('abcd', 3), 'ab…');
    assert.equal(cut('a😀😀', 4), 'a😀…');
    assert.equal(cut('a😀😀', 3), 'a…');
  });
});

describe('a log in a fence', () => {
  const room = { lines: 5, characters: 500 };
  it('is one block of code and nothing else, whatever it says', () => {
    fc.assert(
      fc.property(fc.array(anyText, { maxLength: 8 }), (lines) => {
        const tokens = marked.lexer(`before\n\n${fence(lines, room)}\n\nafter`).filter(({ type }) => type !== 'space');
        assert.deepEqual(
          tokens.map(({ type }) => type),
          ['paragraph', 'code', 'paragraph'],
        );
      }),
      { numRuns: 300 },
    );
  });
  it('shows the last lines as a terminal does', () => {
    assert.equal(fence(['one', 'two', 'three'], { lines: 2, characters: 100 }), '```text\ntwo\nthree\n```');
    assert.equal(fence(['10%\r50%\r100%\r', '\u001b[31mno\u001b[0m\there'], room), '```text\n100%\nno    here\n```');
    assert.equal(fence(['``` x', 'y'], room), '````text\n``` x\ny\n````');
  });
  it('has no more characters than there is room for', () => {
    const lines = Array.from({ length: 50 }, () => 'x'.repeat(300));
    assert.ok(fence(lines, { lines: 50, characters: 1000 }).length < 1020);
    assert.ok(fence(['y'.repeat(1e6)], { lines: 50, characters: 1000 }).length < 520);
  });
});

describe('a link', () => {
  it('leads to an http address alone', () => {
    assert.equal(link('Log', 'https://slipway.lan/builds/1'), '[Log](https://slipway.lan/builds/1)');
    for (const address of ['javascript:alert(1)', 'data:text/html,x', 'no address', ''])
      assert.equal(link('Log', address), 'Log');
  });
  it('is one link, whatever its label and its address hold', () => {
    fc.assert(
      fc.property(anyText, anyText, (label, rest) => {
        const tokens = tokensOf(`x ${link(`l${label}`, `https://slipway.lan/${rest}`)} y`);
        const links = tokens.filter(({ type }) => type === 'link');
        assert.ok(links.length === 1 && links[0]?.type === 'link');
        assert.ok(links[0].href.startsWith('https://slipway.lan/'));
        assertInert(`x ${link(`l${label}`, 'https://slipway.lan/')} y`, ['link']);
      }),
      { numRuns: 200 },
    );
  });
});
