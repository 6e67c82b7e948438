import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import picomatch from 'picomatch';
import { compileGlob } from '../../../src/plan/compile-glob.ts';

describe('a glob of files', () => {
  const cases: [string, string[], string[]][] = [
    ['**', ['a', 'a/b/.c'], []],
    ['*', ['a', '.a'], ['a/b']],
    ['src/**', ['src/a', 'src/a/b'], ['srcs/a', 'a/src/b']],
    ['**/*.ts', ['a.ts', 'a/b.d.ts'], ['a.tsx', 'a.ts/b']],
    ['a/**/b/**/c', ['a/b/c', 'a/x/b/y/z/c'], ['a/c', 'b/c', 'a/b/c/d']],
    ['a?c', ['abc', 'a.c'], ['ac', 'a/c']],
    ['*ab*ab*', ['abab', 'xabyabz'], ['ab', 'aab']],
    ['a*a', ['aa', 'aba'], ['a']],
    ['a b/ü(1).js', ['a b/ü(1).js'], ['ab/ü(1).js']],
  ];
  for (const [glob, yes, no] of cases) {
    it(`\`${glob}\` fits ${yes.join(', ')}${no.length === 0 ? '' : ` and not ${no.join(', ')}`}`, () => {
      const matches = compileGlob(glob);
      for (const path of yes) assert.ok(matches(path), path);
      for (const path of no) assert.ok(!matches(path), path);
    });
  }

  it('fits what picomatch lets it fit', () => {
    const names = fc.string({ unit: fc.constantFrom('a', 'b', '.'), minLength: 1, maxLength: 4 });
    const part = fc.string({ unit: fc.constantFrom('a', 'b', '.', '*', '?'), minLength: 1, maxLength: 4 });
    // picomatch takes `.` and `..` for folders; a path of a repository has neither.
    const named = (arbitrary: fc.Arbitrary<string>) => arbitrary.filter((text) => !/^\.+$/.test(text));
    const globs = fc.array(
      fc.oneof(
        named(part).map((text) => text.replace(/\*+/g, '*')),
        fc.constant('**'),
      ),
      {
        minLength: 1,
        maxLength: 4,
      },
    );
    fc.assert(
      fc.property(globs, fc.array(named(names), { minLength: 1, maxLength: 5 }), (parts, path) => {
        // Whether a `**` at the end may stand for nothing is not the same everywhere in picomatch.
        const [glob, text] = [[...parts, 'a'].join('/'), path.join('/')];
        assert.equal(compileGlob(glob)(text), picomatch.isMatch(text, glob, { dot: true }), `${glob} ${text}`);
      }),
      { numRuns: 5000 },
    );
  });

  it('is tested in bounded time, whoever wrote it and the names', () => {
    const glob = `${'*a'.repeat(60)}*b/**/${'?*'.repeat(30)}/**/x`;
    const path = `${'a'.repeat(255)}/`.repeat(15);
    const matches = compileGlob(glob);
    for (let count = 0; count < 3000; count += 1) assert.ok(!matches(path));
  });
});
