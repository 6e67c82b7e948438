import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { describe, it, type TestContext } from 'node:test';
import { SlipwayError } from '../../../src/errors.ts';
import { openArchive } from '../../../src/fetch/open-archive.ts';
import { openFolder } from '../../../src/fetch/open-folder.ts';
import type { Source } from '../../../src/fetch/source.ts';
import {
  type Files,
  gitArchive,
  type ReadEntry,
  readTarStream,
  tarGzOf,
  temporaryFolder,
  writeFiles,
} from '../../support/source-archives.ts';

const limits = { bytes: 2 ** 26, entries: 10_000 };
const { signal } = new AbortController();
const dockerfile = 'Dockerfile';

async function archiveOf(t: TestContext, archive: Buffer, held?: 0): Promise<Source> {
  const file = path.join(await temporaryFolder(t), 'source.tar.gz');
  await writeFile(file, archive);
  return await openArchive({ file, limits: { ...limits, ...(held === undefined ? {} : { held }) }, signal });
}

/** The same files as GitHub's archive and as a folder on disk: everything below holds for both. */
const kinds: Readonly<Record<string, (t: TestContext, files: Files) => Promise<Source>>> = {
  'an archive': async (t, files) => archiveOf(t, (await gitArchive(await temporaryFolder(t), files)).archive),
  'an archive that is not held': async (t, files) =>
    archiveOf(t, (await gitArchive(await temporaryFolder(t), files)).archive, 0),
  'a folder': async (t, files) => {
    const dir = await temporaryFolder(t);
    await writeFiles(dir, files);
    return await openFolder({ dir, limits });
  },
};

async function context(source: Source, folder = '.', name = dockerfile): Promise<Map<string, ReadEntry>> {
  return await readTarStream(source.context({ path: folder, dockerfile: name, signal }));
}

const names = async (...args: Parameters<typeof context>): Promise<string[]> =>
  [...(await context(...args)).keys()].sort();

async function fails(doing: Promise<unknown>, code: string, message: RegExp): Promise<void> {
  await assert.rejects(doing, (error) => {
    assert(error instanceof SlipwayError, String(error));
    assert.equal(error.code, code, error.message);
    assert.match(error.message, message);
    return true;
  });
}

const long = `${'a-folder-with-a-long-name/'.repeat(10)}file.txt`;

for (const [kind, open] of Object.entries(kinds)) {
  describe(`the build context of ${kind}`, () => {
    it('holds every file as it is, with the modes of a clone and no owner', async (t) => {
      const binary = Buffer.from(Array.from({ length: 100_000 }, (_, at) => (at * at) % 256));
      const source = await open(t, {
        Dockerfile: 'FROM scratch',
        'bin/run': { executable: '#!/bin/sh' },
        'data.bin': binary,
        link: { link: 'bin/run' },
        empty: '',
      });
      const entries = await context(source);
      const seen = [...entries].map(([name, { header }]) => [name, header.type, header.mode?.toString(8)]);
      assert.deepEqual(seen.sort(), [
        ['Dockerfile', 'file', '644'],
        ['bin', 'directory', '755'],
        ['bin/run', 'file', '755'],
        ['data.bin', 'file', '644'],
        ['empty', 'file', '644'],
        ['link', 'symlink', '777'],
      ]);
      assert.deepEqual(entries.get('data.bin')?.content, binary);
      assert.equal(entries.get('link')?.header.linkname, 'bin/run');
      for (const { header } of entries.values()) {
        assert.deepEqual([header.uid, header.gid, header.uname, header.gname], [0, 0, '', '']);
      }
    });

    it('keeps long names, long links and names outside of ASCII', async (t) => {
      const files = {
        Dockerfile: '',
        [long]: 'long',
        link: { link: long },
        'ünï/ço dé 😀': 'ü',
        'Icon\r': '',
        'back\\slash': '',
        "it's": '',
      };
      const entries = await context(await open(t, files));
      for (const name of Object.keys(files)) assert(entries.has(name), name);
      assert.equal(entries.get(long)?.content.toString(), 'long');
      assert.equal(entries.get('link')?.header.linkname, long);
    });

    it('brings a folder before what it holds', async (t) => {
      const source = await open(t, { Dockerfile: '', 'a/b/c': '', 'a.txt': '', 'a-b/c': '' });
      const seen = new Set<string>();
      for (const name of (await context(source)).keys()) {
        const above = path.posix.dirname(name);
        assert(above === '.' || seen.has(above), name);
        seen.add(name);
      }
    });

    it('is one folder of the source, with its own ignore file', async (t) => {
      const source = await open(t, {
        '.dockerignore': '*',
        'services/orders/Dockerfile': '',
        'services/orders/.dockerignore': '*.log',
        'services/orders/a.log': '',
        'services/orders/src/index.js': '',
        'services/orders-old/x': '',
        'services/x': '',
      });
      for (const folder of ['services/orders', './services/orders/', 'services/../services/orders']) {
        assert.deepEqual(await names(source, folder), ['.dockerignore', 'Dockerfile', 'src', 'src/index.js']);
      }
    });

    it('takes the ignore file beside a named Dockerfile first', async (t) => {
      const source = await open(t, {
        '.dockerignore': '*',
        'docker/prod.Dockerfile': '',
        'docker/prod.Dockerfile.dockerignore': '*.md\ndocker',
        'a.md': '',
        'a.js': '',
      });
      assert.deepEqual(await names(source, '.', 'docker/prod.Dockerfile'), [
        '.dockerignore',
        'a.js',
        'docker',
        'docker/prod.Dockerfile',
        'docker/prod.Dockerfile.dockerignore',
      ]);
    });

    it('takes an empty ignore file beside the Dockerfile for one that leaves everything in', async (t) => {
      const source = await open(t, { Dockerfile: '', 'Dockerfile.dockerignore': '', '.dockerignore': '*', a: '' });
      assert((await names(source)).includes('a'));
    });

    it('sends the Dockerfile and the ignore file whatever they say', async (t) => {
      const source = await open(t, {
        'build/Dockerfile': '',
        '.dockerignore': '**\n.dockerignore\nbuild',
        a: '',
        'build/x': '',
      });
      assert.deepEqual(await names(source, '.', 'build/Dockerfile'), ['.dockerignore', 'build', 'build/Dockerfile']);
    });

    it('sends what a Dockerfile that is a link leads to', async (t) => {
      const source = await open(t, {
        Dockerfile: { link: 'docker' },
        docker: { link: 'build/real' },
        'build/real': 'FROM scratch',
        '.dockerignore': '*',
      });
      assert.deepEqual(await names(source), ['.dockerignore', 'Dockerfile', 'build', 'build/real', 'docker']);
      assert.equal(await source.kind('Dockerfile'), 'link');
      assert.equal(await source.read('Dockerfile'), 'FROM scratch');
    });

    it('sends a folder that is out when something in it is not, and only then', async (t) => {
      const source = await open(t, {
        Dockerfile: '',
        '.dockerignore': '*\n!a/b/keep\n!**/*.md',
        'a/b/keep': '',
        'a/x': '',
        'c/d/e.md': '',
        'c/x': '',
        'f/x': '',
      });
      assert.deepEqual(await names(source), [
        '.dockerignore',
        'Dockerfile',
        'a',
        'a/b',
        'a/b/keep',
        'c',
        'c/d',
        'c/d/e.md',
      ]);
    });

    for (const [what, files, folder, name, message] of [
      ['there is no Dockerfile', { a: '' }, '.', dockerfile, /at `Dockerfile`, found nothing/],
      ['only the case of its name differs', { dockerfile: '' }, '.', dockerfile, /found `dockerfile` \(the case/],
      ['the Dockerfile is a folder', { 'Dockerfile/x': '' }, '.', dockerfile, /found a folder/],
      ['the Dockerfile is a link out of the source', { Dockerfile: { link: '../../x' } }, '.', dockerfile, /leads out/],
      ['the Dockerfile is an absolute link', { Dockerfile: { link: '/etc/passwd' } }, '.', dockerfile, /leads out/],
      ['the Dockerfile is a link to nothing', { Dockerfile: { link: 'x' } }, '.', dockerfile, /found nothing/],
      ['the Dockerfile is a link to itself', { Dockerfile: { link: 'Dockerfile' } }, '.', dockerfile, /found nothing/],
      [
        'the Dockerfile stands outside of the folder',
        { Dockerfile: '', 'a/x': '' },
        'a',
        '../Dockerfile',
        /outside of the folder `a`/,
      ],
      [
        'the Dockerfile is a link out of the folder',
        { x: '', 'a/Dockerfile': { link: '../x' } },
        'a',
        dockerfile,
        /outside of the folder `a`/,
      ],
    ] as const) {
      it(`is refused when ${what}`, async (t) => {
        const source = await open(t, files);
        await fails(context(source, folder, name), 'dockerfile-missing', message);
        await fails(source.contextDigest({ path: folder, dockerfile: name, signal }), 'dockerfile-missing', message);
      });
    }

    for (const [what, folder] of [
      ['does not exist', 'b'],
      ['is a file', 'Dockerfile'],
      ['leads out', '../x'],
    ] as const) {
      it(`is refused when the folder ${what}`, async (t) => {
        const source = await open(t, { Dockerfile: '', 'a/Dockerfile': '' });
        await fails(context(source, folder), 'configuration-invalid', /Expected a folder/);
      });
    }

    it('is refused with a bad ignore file, naming the line', async (t) => {
      const source = await open(t, { 'a/Dockerfile': '', 'a/.dockerignore': 'x\n[' });
      await fails(context(source, 'a'), 'configuration-invalid', /`a\/\.dockerignore`, line 2/);
    });

    it('is refused with a link that leads out of the source, unless the ignore file names it', async (t) => {
      for (const link of ['/etc/localtime', '../x', 'a/../../x']) {
        const files = { Dockerfile: '', 'a/y': '', out: { link } };
        await fails(context(await open(t, files)), 'source-hostile', /`out` is a link that leads out/);
        const source = await open(t, { ...files, '.dockerignore': 'out' });
        assert(!(await names(source)).includes('out'));
      }
    });

    it('keeps links that dangle, lead to themselves, or out of the context but not out of the source', async (t) => {
      const source = await open(t, {
        's/Dockerfile': '',
        's/dangling': { link: 'nowhere' },
        's/loop': { link: 'loop' },
        's/up': { link: '../x' },
        x: '',
      });
      assert.deepEqual(await names(source, 's'), ['Dockerfile', 'dangling', 'loop', 'up']);
    });

    it('has another digest when a name, a mode, a link or a content differs', async (t) => {
      const files = { 'a/b': '1', 'a.c': '2', Dockerfile: '', run: { executable: '3' }, link: { link: 'a' } };
      const options = { dockerfile, signal };
      const digest = await (await open(t, files)).contextDigest({ path: '.', ...options });
      assert.match(digest, /^[0-9a-f]{64}$/);
      for (const changed of [
        { 'a/b': '2' },
        { run: '3' },
        { link: { link: 'a.c' } },
        { new: '' },
        { new: { link: 'a' } },
      ]) {
        assert.notEqual(
          await (await open(t, { ...files, ...changed })).contextDigest({ path: '.', ...options }),
          digest,
        );
      }
    });

    it('has the digest that its description says', async (t) => {
      const source = await open(t, {
        Dockerfile: 'FROM x',
        'a/run': { executable: '#!' },
        link: { link: 'a' },
        empty: '',
      });
      const sha = (text: string) => createHash('sha256').update(text).digest('hex');
      const lines = [
        `Dockerfile\x00100644\x00${sha('FROM x')}\n`,
        'a\x00040000\x00\n',
        `a/run\x00100755\x00${sha('#!')}\n`,
        `empty\x00100644\x00${sha('')}\n`,
        `link\x00120000\x00${sha('a')}\n`,
      ];
      assert.equal(await source.contextDigest({ path: '.', dockerfile, signal }), sha(lines.join('')));
    });

    it('can be made several times, also at once', async (t) => {
      const source = await open(t, { Dockerfile: '', 'a/b': 'x'.repeat(1000) });
      const all = await Promise.all([names(source), names(source), names(source)]);
      assert.deepEqual(all, Array(3).fill(['Dockerfile', 'a', 'a/b']));
    });

    it('ends when its signal is aborted: before, while it waits for a reader, and while it is read', async (t) => {
      const source = await open(t, { Dockerfile: '', big: Buffer.alloc(2 ** 23, 'x') });
      const begin = (stop: AbortController) => source.context({ path: '.', dockerfile, signal: stop.signal });
      const before = begin(aborted());
      await fails(before.toArray(), 'cancelled', /Stopped/);
      const stop = new AbortController();
      const waiting = begin(stop);
      await new Promise((resolve) => waiting.once('readable', resolve));
      stop.abort(new Error('enough'));
      await fails(waiting.toArray(), 'cancelled', /Stopped/);
      await fails(once(begin(aborted()), 'close'), 'cancelled', /Stopped/);
      const later = new AbortController();
      const neverRead = begin(later);
      later.abort();
      await fails(once(neverRead, 'close'), 'cancelled', /Stopped/);
      const stopReading = new AbortController();
      await fails(
        (async () => {
          for await (const _ of begin(stopReading)) stopReading.abort();
        })(),
        'cancelled',
        /Stopped/,
      );
      const stopDigest = new AbortController();
      const digest = source.contextDigest({ path: '.', dockerfile, signal: stopDigest.signal });
      stopDigest.abort();
      await fails(digest, 'cancelled', /Stopped/);
    });

    it('is not read ahead of its reader', async (t) => {
      const source = await open(t, { Dockerfile: '', big: Buffer.alloc(2 ** 25, 'x') });
      const stream = source.context({ path: '.', dockerfile, signal });
      await new Promise((resolve) => stream.once('readable', resolve));
      await new Promise((resolve) => setImmediate(resolve));
      assert(stream.readableLength < 2 ** 20, `${stream.readableLength} bytes wait`);
      stream.destroy();
    });
  });

  describe(`what is read from ${kind}`, () => {
    const files: Files = {
      'package.json': '{}',
      'src/index.js': 'index',
      'bom.json': '\uFEFF{}',
      folder: { link: 'src' },
      'deep/link': { link: '../folder/index.js' },
      out: { link: '/etc/passwd' },
      'big.txt': Buffer.alloc(2 ** 20 + 1),
      'full.txt': Buffer.alloc(2 ** 20, 'x'),
      Dockerfile: Buffer.alloc(2 ** 20 + 1),
    };

    it('is the text of files, kept ones and others, through links too', async (t) => {
      const source = await open(t, files);
      assert.equal(await source.read('package.json'), '{}');
      assert.equal(await source.read('./package.json'), '{}');
      assert.equal(await source.read('src/index.js'), 'index');
      assert.equal(await source.read('src/../src/index.js'), 'index');
      assert.equal(await source.read('folder/index.js'), 'index');
      assert.equal(await source.read('deep/link'), 'index');
      assert.equal(await source.read('bom.json'), '\uFEFF{}');
      assert.equal((await source.read('full.txt'))?.length, 2 ** 20);
    });

    it('is nothing where there is no file', async (t) => {
      const source = await open(t, files);
      for (const name of [
        'nothing',
        'src',
        'package.json/x',
        'src/nothing',
        '../package.json',
        '.',
        '',
        'folder',
        'constructor',
      ]) {
        assert.equal(await source.read(name), undefined, name);
      }
    });

    it('is refused above 1 MiB and through a link that leads out', async (t) => {
      const source = await open(t, files);
      await fails(source.read('big.txt'), 'source-too-large', /at most 1048576 bytes of `big\.txt`, found 1048577/);
      await fails(source.read('Dockerfile'), 'source-too-large', /Dockerfile/);
      await fails(source.read('out'), 'source-hostile', /`out` is a link that leads out/);
    });

    it('has a kind', async (t) => {
      const source = await open(t, files);
      const kindsSeen = await Promise.all(
        [
          'package.json',
          'src',
          './src/',
          '.',
          '',
          'out',
          'folder',
          'folder/index.js',
          'nothing',
          'src/x',
          'package.json/x',
          '..',
          'constructor',
        ].map((name) => source.kind(name)),
      );
      assert.deepEqual(kindsSeen, [
        'file',
        'folder',
        'folder',
        'folder',
        'folder',
        'link',
        'link',
        'file',
        undefined,
        undefined,
        undefined,
        undefined,
        undefined,
      ]);
    });
  });
}

const aborted = (): AbortController => {
  const controller = new AbortController();
  controller.abort();
  return controller;
};

describe('an archive and a folder with the same files', () => {
  it('are the same context', async (t) => {
    const files = {
      Dockerfile: 'FROM x',
      '.dockerignore': '*.log\n',
      'a.log': '',
      'a/b.txt': 'b',
      'a-c': '',
      run: { executable: '1' },
      'l/ink': { link: '../a' },
      [long]: 'x',
    };
    const digests = await Promise.all(
      Object.values(kinds).map(async (open) => (await open(t, files)).contextDigest({ path: '.', dockerfile, signal })),
    );
    assert.equal(new Set(digests).size, 1);
  });
});

describe('the context of an archive', () => {
  it('has the commit’s time on every entry', async (t) => {
    const source = await kinds['an archive']?.(t, { Dockerfile: '', 'a/b': '' });
    assert(source !== undefined);
    const times = new Set([...(await context(source)).values()].map(({ header }) => header.mtime?.getTime()));
    assert.equal(times.size, 1);
    assert(Math.abs(([...times][0] ?? 0) - Date.now()) < 600_000);
  });

  it('takes a file for executable when its owner may execute it', async (t) => {
    const source = await archiveOf(
      t,
      await tarGzOf([
        { name: 'top/Dockerfile', mode: 0o664 },
        { name: 'top/a', mode: 0o700 },
        { name: 'top/b', mode: 0o611 },
      ]),
    );
    const modes = [...(await context(source)).values()].map(({ header }) => header.mode);
    assert.deepEqual(modes, [0o644, 0o755, 0o644]);
  });

  it('makes folders that only names speak of', async (t) => {
    const source = await archiveOf(t, await tarGzOf([{ name: 'top/Dockerfile' }, { name: 'top/a/b/c' }]));
    assert.deepEqual(await names(source), ['Dockerfile', 'a', 'a/b', 'a/b/c']);
    assert.equal(await source.kind('a/b'), 'folder');
  });

  it('brings a folder once, although its own entry comes after what it holds', async (t) => {
    const source = await archiveOf(
      t,
      await tarGzOf([{ name: 'top/Dockerfile' }, { name: 'top/a/b' }, { name: 'top/a/', type: 'directory' }]),
    );
    const tar = await buffer(source.context({ path: '.', dockerfile, signal }));
    assert.equal(tar.length, 3 * 512 + 1024);
  });

  it('is held where the archive is small, and needs no file any more', async (t) => {
    for (const [bytes, isHeld] of [
      [2 ** 20, true],
      [2 ** 20 + 1, false],
    ] as const) {
      const { archive } = await gitArchive(await temporaryFolder(t), { Dockerfile: '', a: Buffer.alloc(bytes) });
      const file = path.join(await temporaryFolder(t), 'source.tar.gz');
      await writeFile(file, archive);
      const source = await openArchive({ file, limits, signal });
      await rm(file);
      const read = context(source).then(
        (entries) => entries.get('a')?.content.length,
        () => 'nothing',
      );
      assert.equal(await read, isHeld ? bytes : 'nothing');
    }
  });

  it('fails when the kept file was shortened behind our back', async (t) => {
    const { archive } = await gitArchive(await temporaryFolder(t), {
      Dockerfile: '',
      a: Buffer.from(Array.from({ length: 200_000 }, (_, at) => (at * 7919) % 251)),
    });
    const file = path.join(await temporaryFolder(t), 'source.tar.gz');
    await writeFile(file, archive);
    const source = await openArchive({ file, limits: { ...limits, held: 0 }, signal });
    await writeFile(file, archive.subarray(0, archive.length - 100));
    await fails(context(source), 'source-truncated', /whole archive/);
  });
});
