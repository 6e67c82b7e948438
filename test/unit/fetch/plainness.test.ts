import assert from 'node:assert/strict';
import { it } from 'node:test';
import { SlipwayError } from '../../../src/errors.ts';
import { plainness } from '../../../src/fetch/plainness.ts';

/** Files by path; those whose text begins with `->` are links. What is asked of it is written down. */
const source = (files: Record<string, string>, asked: string[] = []) => ({
  kind: async (path: string) => {
    asked.push(path);
    if (files[path] !== undefined) return files[path].startsWith('->') ? ('link' as const) : ('file' as const);
    return Object.keys(files).some((one) => one.startsWith(`${path}/`)) ? ('folder' as const) : undefined;
  },
  read: async (path: string) => {
    asked.push(`text of ${path}`);
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
    assert.equal(await plainness(source(files))('a/b/c'), expected);
  });
}

it('paths of one source share what is known of their folders', async () => {
  const asked: string[] = [];
  const isPlain = plainness(source({ 'a/b': 'text', 'a/c': '-> b', 'a/.gitattributes': '* text\n' }, asked));
  assert.deepEqual([await isPlain('a/b'), await isPlain('a/c')], [true, false]);
  assert.deepEqual(asked, ['.gitattributes', 'a', 'a/.gitattributes', 'text of a/.gitattributes', 'a/b', 'a/c']);
});

it('a path is followed down to the first part that is missing', async () => {
  const asked: string[] = [];
  assert.equal(await plainness(source({ d: 'text' }, asked))('a/b/c'), true);
  assert.deepEqual(asked, ['.gitattributes', 'a']);
});

it('a path that no plain one is, or of very many parts, is not plain, and nothing is asked about it', async () => {
  const asked: string[] = [];
  const isPlain = plainness(source({}, asked));
  const deep = (parts: number): string => Array.from({ length: parts }, () => 'a').join('/');
  for (const path of [deep(65), deep(1020), 'a/../b', './a', 'a//b']) assert.equal(await isPlain(path), false);
  assert.deepEqual(asked, []);
  assert.equal(await isPlain(deep(64)), true);
});

it('no more than 32 attribute files of a source are read: what is below others is not plain', async () => {
  const folders = Array.from({ length: 40 }, (_, index) => `f${index}`);
  const asked: string[] = [];
  const isPlain = plainness(
    source(Object.fromEntries(folders.map((folder) => [`${folder}/.gitattributes`, ''])), asked),
  );
  const plain = await Promise.all(folders.map((folder) => isPlain(`${folder}/a`)));
  assert.deepEqual([plain.filter(Boolean).length, plain.at(-1)], [32, false]);
  assert.equal(asked.filter((one) => one.startsWith('text of')).length, 32);
  assert.equal(await isPlain('f0/other'), true);
});
