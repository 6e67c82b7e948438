import assert from 'node:assert/strict';
import { it } from 'node:test';
import { SlipwayError } from '../../../src/errors.ts';
import { isPlain } from '../../../src/fetch/is-plain.ts';

/** Files by path; those whose text begins with `->` are links. */
const source = (files: Record<string, string>) => ({
  kind: async (path: string) => {
    if (files[path] !== undefined) return files[path].startsWith('->') ? ('link' as const) : ('file' as const);
    return Object.keys(files).some((one) => one.startsWith(`${path}/`)) ? ('folder' as const) : undefined;
  },
  read: async (path: string) => {
    if (files[path] === 'large') throw new SlipwayError('source-too-large', 'Large.');
    return files[path];
  },
});

const cases: readonly [string, Record<string, string>, boolean][] = [
  ['a file', { 'a/b/c': 'text' }, true],
  ['no file', {}, true],
  ['a file whose line ends attributes set', { 'a/b/c': 'text', '.gitattributes': '* text=auto\n' }, true],
  ['a link', { 'a/b/c': '-> d' }, false],
  ['a file behind a link', { a: '-> d' }, false],
  ['what git fills in', { 'a/b/c': 'text', '.gitattributes': 'c export-subst\n' }, false],
  ['what git fills in by a folder’s own attributes', { 'a/b/c': 'text', 'a/.gitattributes': '* export-subst' }, false],
  ['attributes elsewhere', { 'a/b/c': 'text', 'd/.gitattributes': '* export-subst' }, true],
  ['attributes that nobody can read', { 'a/b/c': 'text', '.gitattributes': 'large' }, false],
];
for (const [what, files, expected] of cases) {
  it(`${what} ${expected ? 'is' : 'is not'} as plain as its path`, async () => {
    assert.equal(await isPlain(source(files), 'a/b/c'), expected);
  });
}
