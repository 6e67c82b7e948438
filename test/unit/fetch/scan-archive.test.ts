import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { SlipwayError } from '../../../src/errors.ts';
import { type ScannedArchive, scanArchive } from '../../../src/fetch/scan-archive.ts';
import { gitArchive, tarOf, temporaryFolder } from '../../support/source-archives.ts';

const limits = { bytes: 2 ** 24, entries: 100 };

async function scan(tar: Buffer, limit = limits): Promise<ScannedArchive> {
  const scanning = scanArchive(limit);
  for (let at = 0; at < tar.length; at += 1000) scanning.push(tar.subarray(at, at + 1000));
  return await scanning.end();
}

type Entries = Parameters<typeof tarOf>[0];
const top = { name: 'top/', type: 'directory' } as const;

async function refused(entries: Entries, code: string, message: RegExp): Promise<void> {
  const tar = await tarOf(entries);
  await assert.rejects(
    async () => await scan(tar),
    (error) => {
      assert(error instanceof SlipwayError);
      assert.equal(error.code, code, error.message);
      assert.match(error.message, message);
      return true;
    },
  );
}

describe('a hostile archive is refused', () => {
  const cases: readonly (readonly [what: string, entries: Entries, message: RegExp])[] = [
    ['an absolute name', [{ name: '/etc/passwd' }], /leads out/],
    ['a name that climbs out', [top, { name: 'top/../../x' }], /leads out/],
    ['a name that climbs within', [top, { name: 'top/a/../b' }], /leads out/],
    ['an entry beside the top folder', [top, { name: 'other/x' }], /beside its one top folder/],
    ['a file in place of the top folder', [{ name: 'top', content: 'x' }], /no top folder/],
    ['a hard link', [top, { name: 'top/a' }, { name: 'top/b', type: 'link', linkname: 'top/a' }], /hard link/],
    ['a character device', [top, { name: 'top/null', type: 'character-device' }], /device/],
    ['a block device', [top, { name: 'top/sda', type: 'block-device' }], /device/],
    ['a named pipe', [top, { name: 'top/pipe', type: 'fifo' }], /named pipe/],
    [
      'a file below a link',
      [top, { name: 'top/l', type: 'symlink', linkname: '/etc' }, { name: 'top/l/x' }],
      /below `l`/,
    ],
    [
      'a link in place of a folder',
      [top, { name: 'top/l/x' }, { name: 'top/l', type: 'symlink', linkname: '.' }],
      /twice/,
    ],
    ['a file below a file', [top, { name: 'top/f', content: 'x' }, { name: 'top/f/x' }], /below `f`, which is a file/],
    ['the same file twice', [top, { name: 'top/a', content: '1' }, { name: 'top/a', content: '2' }], /twice/],
    ['the same file by another spelling', [top, { name: 'top/a' }, { name: 'top/./a' }], /twice/],
    ['a name with a zero byte', [top, { name: `top/${'x'.repeat(120)}`, pax: { path: 'top/a\0b' } }], /leads out/],
  ];
  for (const [what, entries, message] of cases) {
    it(what, () => refused(entries, 'source-hostile', message));
  }

  for (const [what, entry] of [
    ['a name', { name: 'top/caf?' }],
    ['a link’s target', { name: 'top/link', linkname: 'caf?', type: 'symlink' }],
  ] as const) {
    it(`with ${what} that is not UTF-8`, async () => {
      const tar = await tarOf([top, entry]);
      const at = tar.indexOf('caf?') + 3;
      tar[at] = 0xe9;
      const sum = Number.parseInt(tar.toString('latin1', 512 + 148, 512 + 154), 8) + 0xe9 - 0x3f;
      tar.write(sum.toString(8).padStart(6, '0'), 512 + 148);
      await assert.rejects(scan(tar), /not UTF-8/);
    });
  }

  it('and its names cannot write lines into a log', async () => {
    const tar = await tarOf([top, { name: 'top/a\nFAKE `x`/../../y' }]);
    await assert.rejects(scan(tar), (error) => error instanceof SlipwayError && !error.message.includes('\n'));
  });
});

describe('an archive that is too large is refused', () => {
  it('with more entries than allowed', async () => {
    const entries = Array.from({ length: 101 }, (_, at) => ({ name: `top/f${at}` }));
    await refused([top, ...entries], 'source-too-large', /at most 100 files/);
    assert((await scan(await tarOf([top, ...entries.slice(0, 100)]))).index.get('f99') !== undefined);
  });

  it('counting folders that only names speak of', () =>
    refused([top, { name: `top/${'a/'.repeat(100)}x` }], 'source-too-large', /at most 100/));

  it('as soon as it unpacks to more than allowed', () => {
    const scanning = scanArchive({ bytes: 10_000, entries: 10 });
    assert.throws(() => {
      for (;;) scanning.push(Buffer.alloc(1000));
    }, /at most 10000 bytes unpacked/);
  });
});

describe('a scan', () => {
  it('tells the commit that git wrote', async (t) => {
    const { archive, commit } = await gitArchive(await temporaryFolder(t), { a: '1' });
    assert.equal((await scan(gunzipSync(archive))).commit, commit);
  });

  it('takes no other comment for a commit', async () => {
    assert.equal((await scan(await tarOf([top, { name: 'top/a' }]))).commit, undefined);
  });

  it('finds the links that lead out, through other links too', async () => {
    const link = (name: string, linkname: string) => ({ name: `top/${name}`, type: 'symlink' as const, linkname });
    const { leadsOut } = await scan(
      await tarOf([
        top,
        { name: 'top/dir/sub/', type: 'directory' },
        link('absolute', '/etc/localtime'),
        link('up', '../x'),
        link('dir/up', '../../x'),
        link('self', '.'),
        link('sly', 'self/self/../x'),
        link('through', 'up/y'),
        link('good', 'dir/sub'),
        link('dir/good', '../dir/sub/../sub'),
        link('dangling', 'nothing/here'),
        link('danglingOut', 'nothing/../../x'),
        link('loop', 'loop'),
        link('deep', 'good/../../x'),
      ]),
    );
    assert.deepEqual([...leadsOut].sort(), ['absolute', 'danglingOut', 'dir/up', 'sly', 'through', 'up']);
  });

  it('keeps the small files that a build asks for, and no others', async () => {
    const names = [
      'package.json',
      'a/package.json',
      '.github/slipway.yml',
      'Dockerfile',
      'a/Dockerfile.prod',
      'a/x.Dockerfile',
      '.dockerignore',
      'a/Dockerfile.dockerignore',
      '.gitattributes',
      'a/.gitattributes',
      '.gitmodules',
    ];
    const others = ['a/.gitmodules', 'index.js', 'package.json5', 'x/.github/slipway.yml'];
    const { kept } = await scan(
      await tarOf([top, ...[...names, ...others].map((name) => ({ name: `top/${name}`, content: name }))]),
    );
    assert.deepEqual([...kept.keys()], names);
    for (const [name, content] of kept) assert.equal(content.toString(), name);
  });

  it('keeps none above 1 MiB, and not more than 4 MiB in all', async () => {
    const entries = [
      { name: 'top/Dockerfile', content: Buffer.alloc(2 ** 20 + 1) },
      ...Array.from({ length: 6 }, (_, at) => ({ name: `top/${at}/Dockerfile`, content: Buffer.alloc(2 ** 20) })),
      { name: 'top/package.json', content: '' },
    ];
    const { kept } = await scan(await tarOf([top, ...entries]));
    assert.deepEqual(
      [...kept.keys()],
      ['0/Dockerfile', '1/Dockerfile', '2/Dockerfile', '3/Dockerfile', 'package.json'],
    );
  });
});

describe('the notes of an archive', () => {
  it('are empty for an ordinary repository', async (t) => {
    const { archive } = await gitArchive(await temporaryFolder(t), {
      a: '1',
      '.gitattributes': '* text=auto\n*.sh -export-ignore\n',
    });
    assert.deepEqual((await scan(gunzipSync(archive))).notes, []);
  });

  it('name submodules whose folders are empty', async () => {
    const modules =
      '[submodule "a"]\n\tpath = libs/a\n\turl = x\n[submodule "b"]\n\tpath = libs/b\n[submodule "c"]\n\tpath = gone\n';
    const { notes } = await scan(
      await tarOf([
        top,
        { name: 'top/.gitmodules', content: modules },
        { name: 'top/libs/a/', type: 'directory' },
        { name: 'top/libs/b/x' },
      ]),
    );
    assert.deepEqual(notes, ['Submodules are not part of the source: the build sees `libs/a` without content.']);
  });

  it('count LFS pointers and name the first few', async () => {
    const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n';
    const entries = Array.from({ length: 7 }, (_, at) => ({ name: `top/${at}.bin`, content: pointer }));
    const { notes } = await scan(
      await tarOf([
        top,
        ...entries,
        { name: 'top/about.md', content: `See ${pointer}` },
        { name: 'top/big', content: pointer.padEnd(1024) },
      ]),
    );
    assert.equal(notes.length, 1);
    assert.match(notes[0] ?? '', /^7 files are Git LFS pointers.*`0\.bin`.*`4\.bin` and 2 more\.$/);
  });

  it('say what export-ignore took away', async (t) => {
    const attributes = '# docs export-ignore\n/docs export-ignore\n"a b" export-ignore text\n*.x -export-ignore\n';
    const { archive } = await gitArchive(await temporaryFolder(t), {
      'docs/a': '1',
      'b/.gitattributes': '*.md export-ignore\n',
      '.gitattributes': attributes,
    });
    const { notes, index } = await scan(gunzipSync(archive));
    assert.equal(index.get('docs'), undefined);
    assert.equal(notes.length, 1);
    assert.match(notes[0] ?? '', /export-ignore: `\/docs`, `"a b"`, `b\/\*\.md`\.$/);
  });
});
