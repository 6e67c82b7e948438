import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { SlipwayError } from '../../../src/errors.ts';
import { ignoreMatcher } from '../../../src/fetch/ignore-matcher.ts';
import { ignoreRules } from '../../../src/fetch/ignore-rules.ts';

const matcherOf = (text: string) => ignoreMatcher(ignoreRules(text, '.dockerignore'));
const ignored = (text: string, paths: readonly string[]) => paths.filter((path) => matcherOf(text).ignores(path));

/** Each was compared with moby/patternmatcher. */
const cases: readonly (readonly [what: string, text: string, taken: readonly string[], left: readonly string[]])[] = [
  ['a plain name is a path from the context', 'foo', ['foo', 'foo/bar'], ['a/foo', 'foobar', 'Foo']],
  ['a folder takes everything in it', 'docs/', ['docs', 'docs/a/b'], ['docs2', 'x/docs']],
  ['a leading slash means nothing', '/docs', ['docs', 'docs/a'], ['x/docs']],
  ['`.` and `..` are resolved', './a/../docs', ['docs'], ['a']],
  ['what leads out of the context matches nothing', '../docs\n..\n.\n/\n//', [], ['docs', 'a']],
  ['`*` stays in one folder', '*.md', ['a.md', '.md'], ['docs/a.md', 'a.mdx']],
  ['`?` is one character, but no slash', 'a?c', ['abc', 'a😀c'], ['ac', 'a/c', 'abbc']],
  ['`*/` is one folder', '*/temp*', ['a/temp', 'a/temporary'], ['temp', 'a/b/temp']],
  [
    '`**/` is any number of folders, none too',
    '**/node_modules',
    ['node_modules', 'a/b/node_modules/x'],
    ['my_node_modules'],
  ],
  ['`**/*.log` finds files at any depth', '**/*.log', ['a.log', 'a/b/c.log'], ['log', 'a.log2']],
  ['`/**` takes the content, and leaves the folder', 'tmp/**', ['tmp/a', 'tmp/a/b'], ['tmp', 'tmpx']],
  ['`a/**/b` spans folders', 'a/**/b', ['a/b', 'a/x/b', 'a/x/y/b'], ['ab', 'a/xb']],
  ['`**/` is stopped by a line end', '**/?', ['a/c'], ['a\nb/c']],
  ['`**` alone takes everything', '**', ['a', 'a/b'], []],
  ['`**.js` is a suffix', '**.js', ['a.js', 'a/b.js'], ['a.jsx']],
  ['`foo**` is a prefix', 'foo**', ['foo', 'foobar', 'foo/a/b'], ['a/foo']],
  ['`!` puts back', '*.md\n!README.md', ['a.md'], ['README.md']],
  ['the last line that matches counts', '!a.md\n*.md', ['a.md', 'b.md'], []],
  [
    'a file comes back although its folder is out',
    'docs\n!docs/guide/keep.md',
    ['docs', 'docs/guide', 'docs/a'],
    ['docs/guide/keep.md'],
  ],
  ['a later line for the folder takes it again', 'docs\n!docs/keep.md\ndocs', ['docs/keep.md'], []],
  ['`*` and `!**/*.md` finds files at any depth', '*\n!**/*.md', ['src', 'src/a.js'], ['a.md', 'src/b.md']],
  ['everything out, one folder back', '*\n!src', ['a', 'b/src'], ['src', 'src/a/b']],
  ['comments stand at the beginning of a line', '# a\n #b', ['#b'], ['a', '# a', 'b']],
  ['an escaped `#` or `!` is a name', '\\#a\n\\!b', ['#a', '!b'], ['b']],
  ['space around a pattern goes, space within stays', '  a b \t\n! c', ['a b'], ['a', 'c']],
  ['a byte order mark and CRLF go', '\uFEFFa\r\nb\r\n', ['a', 'b'], []],
  ['a byte order mark elsewhere is a character', 'a\n\uFEFFb', ['a'], ['b']],
  ['case counts', 'README.md', ['README.md'], ['readme.md', 'Readme.md']],
  ['classes and their negation', '[a-c]x\n[^a-z]y', ['ax', 'cx', '1y', 'Ay'], ['dx', 'ay']],
  ['`!` within a class is a character', '[!a]x', ['!x', 'ax'], ['bx']],
  ['a class may hold `]` and `-` behind a backslash', '[\\]\\-]x', [']x', '-x'], ['ax']],
  ['a backslash takes the meaning of a star', 'a\\*', ['a*'], ['ab']],
  ['what means something in expressions is plain', 'a+b.c(d)$', ['a+b.c(d)$'], ['aab.c(d)$', 'a+bxc(d)$']],
  ['and stays plain beside a star', 'x+y.*', ['x+y.z'], ['xxy.z', 'x+yaz']],
  ['braces are no choice', '*.{js,ts}', ['a.{js,ts}'], ['a.js', 'a.ts']],
  ['letters outside of ASCII', 'ü*\n**/😀', ['über', 'a/😀'], ['u']],
  ['names that objects have by birth are names', 'constructor', ['constructor'], ['toString', '__proto__']],
  ['`\\d` is a digit, as Go has it', 'a\\d', ['a1'], ['ad']],
  ['`^` within an expression is the beginning', 'a^b*', [], ['a^b', 'ab']],
  [
    '`|` is not escaped beside a star, as in docker',
    '*.js|*.ts',
    ['a.js', 'a.json', 'deep/a.ts'],
    ['a.md', 'deep/a.js'],
  ],
];

describe('an ignore file takes out what docker takes out', () => {
  for (const [what, text, taken, left] of cases) {
    it(what, () => {
      assert.deepEqual(ignored(text, [...taken, ...left]), taken);
    });
  }

  for (const text of ['!', ' ! ', '!/', 'a\n!', '[a', 'a[', '[]', '[]a]', '[-a]', '[a-]', 'a\\', '\\', '*[b-a]']) {
    it(`and refuses ${JSON.stringify(text)}, naming the line`, () => {
      assert.throws(
        () => ignoreRules(text, 'docker/.dockerignore'),
        (error) => {
          assert(error instanceof SlipwayError);
          assert.equal(error.code, 'configuration-invalid');
          assert.match(error.message, /`docker\/\.dockerignore`, line \d/);
          assert.equal(error.annotation?.path, 'docker/.dockerignore');
          assert.equal(error.annotation.startLine, text.split('\n').length);
          return true;
        },
      );
    });
  }

  it('whatever stands before a last `!**`, nothing is taken out', () => {
    fc.assert(
      fc.property(fc.array(name), fc.array(path), (lines, paths) => {
        assert.deepEqual(ignored([...lines, '!**'].join('\n'), paths), []);
      }),
    );
  });

  it('without `!`, everything in a folder that is out is out too', () => {
    fc.assert(
      fc.property(fc.array(pattern), path, path, (lines, folder, below) => {
        const matcher = matcherOf(lines.join('\n'));
        if (matcher.ignores(folder)) assert(matcher.ignores(`${folder}/${below}`));
      }),
    );
  });

  it('a line for exactly one path takes that path and leaves its neighbours', () => {
    fc.assert(
      fc.property(path, fc.array(path), (one, others) => {
        const escaped = one.replace(/[\\*?[\]^!#]/g, '\\$&');
        const outside = others.filter((other) => other !== one && !other.startsWith(`${one}/`));
        assert.deepEqual(ignored(escaped, [one, ...outside]), [one]);
      }),
    );
  });

  it('the order in which paths are asked for changes nothing', () => {
    fc.assert(
      fc.property(fc.array(pattern), fc.uniqueArray(path), (lines, paths) => {
        const text = lines.join('\n');
        const forward = ignored(text, paths);
        const matcher = matcherOf(text);
        const backward = paths.toReversed().filter((each) => matcher.ignores(each));
        assert.deepEqual(backward.toReversed(), forward);
      }),
    );
  });
});

describe('a folder that is taken out is searched', () => {
  for (const [text, folder, expected] of [
    ['node_modules', 'node_modules', false],
    ['*\n!src', 'node_modules', false],
    ['*\n!src/lib', 'src', true],
    ['*\n!src/lib/**', 'src', true],
    ['*\n!**/*.md', 'docs', true],
    ['*\n!doc?/a', 'docs', true],
    ['*\n!docs2/a', 'docs', false],
    ['*\n!docs2/**', 'docs', false],
    ['*\n!docs2/*', 'docs', false],
  ] as const) {
    it(`${expected ? '' : 'not '}when the rules are ${JSON.stringify(text)} and it is ${folder}`, () => {
      assert.equal(matcherOf(text).mayHoldKept(folder), expected);
    });
  }
});

describe('a hostile ignore file', () => {
  it('does not make one path take longer than its length', () => {
    const matcher = matcherOf('**/*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b');
    const started = performance.now();
    assert.equal(matcher.ignores(`x/${'a'.repeat(4000)}`), false);
    assert(performance.now() - started < 1000);
  });

  it('is refused when it takes too much work in all', () => {
    const rules = ignoreRules('**/*a*a*a*b?\n'.repeat(10), '.dockerignore');
    const tryAll = (limit: number) => {
      const matcher = ignoreMatcher(rules, limit);
      for (let at = 0; at < 100; at += 1) matcher.ignores(`${'a'.repeat(400)}${at}`);
    };
    assert.throws(() => tryAll(100_000), /takes too much work/);
    assert.doesNotThrow(() => tryAll(1_000_000));
  });

  it('is refused with more than 10,000 patterns', () => {
    assert.throws(() => ignoreRules('a\n'.repeat(10_001), '.dockerignore'), /more than 10000 patterns/);
  });
});

const name = fc
  .stringMatching(/^[a-cA#!. *?é-]{1,6}$/u)
  .filter((each) => !/^\s*!\s*$/.test(each) && each.trim() !== '');
const part = fc.stringMatching(/^[a-c#!*?[\]^.é😀_-]{1,4}$/u).filter((each) => each !== '.' && each !== '..');
const path = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
const pattern = fc
  .array(fc.constantFrom('a', 'b', '*', '**', '?', '/', '/', 'é', '.', '[ab]'), { minLength: 1, maxLength: 6 })
  .map((parts) => parts.join(''));
