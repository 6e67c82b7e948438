import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { SlipwayError } from '../../../src/errors.ts';
import { readTar } from '../../../src/fetch/read-tar.ts';
import { tarOf, temporaryFolder, writeFiles } from '../../support/source-archives.ts';

type Seen = { name: string; type: string; size: number; mode: number; mtime: number; target: string; content: string };

function read(tar: Buffer, chunkSizes: readonly number[] = [tar.length]): Seen[] {
  const seen: Seen[] = [];
  const reader = readTar({
    entry(header) {
      seen.push({ ...header, content: '' });
      return true;
    },
    data(chunk) {
      const last = seen.at(-1);
      if (last !== undefined) last.content += chunk.toString('latin1');
    },
  });
  for (let at = 0, turn = 0; at < tar.length; turn += 1) {
    const size = chunkSizes[turn % chunkSizes.length] ?? tar.length;
    reader.push(tar.subarray(at, at + size));
    at += size;
  }
  reader.end();
  return seen;
}

const long = `${'folder-with-a-name/'.repeat(12)}file.txt`;
const sample = () =>
  tarOf([
    { name: 'a/', type: 'directory', mode: 0o775 },
    { name: 'a/empty', mode: 0o664 },
    { name: 'a/block', content: 'x'.repeat(512) },
    { name: 'a/more', content: 'y'.repeat(1300), mode: 0o775 },
    { name: `a/${long}`, content: 'long' },
    { name: 'a/ünïcødé 😀', content: 'ü' },
    { name: 'a/link', type: 'symlink', linkname: long },
  ]);

describe('a tar is read', () => {
  it('as another implementation wrote it, with long names and names outside of ASCII', async () => {
    const seen = read(await sample());
    assert.deepEqual(
      seen.map(({ name, type, size }) => [name, type, size]),
      [
        ['a/', '5', 0],
        ['a/empty', '0', 0],
        ['a/block', '0', 512],
        ['a/more', '0', 1300],
        [`a/${long}`, '0', 4],
        ['a/ünïcødé 😀', '0', 2],
        ['a/link', '2', 0],
      ],
    );
    assert.equal(seen[3]?.content, 'y'.repeat(1300));
    assert.equal(seen[3]?.mode, 0o775);
    assert.equal(seen[3]?.mtime, 1_700_000_000);
    assert.equal(seen[6]?.target, long);
  });

  it('the same in chunks of any size', async () => {
    const tar = await sample();
    const whole = read(tar);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 2000 }), { minLength: 1, maxLength: 20 }), (sizes) => {
        assert.deepEqual(read(tar, sizes), whole);
      }),
    );
  });

  it('without keeping anything of a chunk that is overwritten afterwards', async () => {
    const tar = await sample();
    const names: string[] = [];
    const reader = readTar({
      entry({ name, target }) {
        names.push(name, target);
        return false;
      },
      data: () => undefined,
    });
    const chunk = Buffer.alloc(100);
    for (let at = 0; at < tar.length; at += chunk.length) {
      const size = tar.copy(chunk, 0, at);
      reader.push(chunk.subarray(0, size));
      chunk.fill('?');
    }
    reader.end();
    assert.deepEqual(
      names,
      read(tar).flatMap(({ name, target }) => [name, target]),
    );
  });

  for (const format of ['gnu', 'pax', 'ustar', 'v7', 'oldgnu']) {
    it(`as GNU tar writes it in its format ${format}`, async (t) => {
      const folder = await temporaryFolder(t);
      const deep = format === 'v7' ? 'short/file' : `${'d'.repeat(60)}/${'e'.repeat(60)}/file`;
      await writeFiles(folder, { [deep]: 'deep', run: { executable: '#!' }, link: { link: deep } });
      const tar = execFileSync(
        'tar',
        [
          '-c',
          `--format=${format}`,
          '-f',
          '-',
          '-C',
          folder,
          path.dirname(deep).split('/')[0] ?? '',
          'run',
          'link',
        ].filter((each) => (format !== 'ustar' && format !== 'v7' ? true : each !== 'link')),
      );
      const seen = read(tar, [700]);
      assert.equal(seen.find(({ name }) => name === deep)?.content, 'deep');
      assert.equal(seen.find(({ name }) => name === 'run')?.mode, 0o755);
      if (format !== 'ustar' && format !== 'v7') assert.equal(seen.find(({ name }) => name === 'link')?.target, deep);
    });
  }

  it('and what nobody wants of it is stepped over', async () => {
    const names: string[] = [];
    const reader = readTar({
      entry({ name }) {
        names.push(name);
        return false;
      },
      data: () => assert.fail('nobody asked'),
    });
    const tar = await sample();
    for (let at = 0; at < tar.length; at += 999) reader.push(tar.subarray(at, at + 999));
    reader.end();
    assert.equal(names.length, 7);
  });
});

const isTruncated = (error: unknown) => error instanceof SlipwayError && error.code === 'source-truncated';

describe('a tar that is not whole is refused', () => {
  it('wherever it was cut before its end', async () => {
    const tar = await sample();
    for (let at = 0; at <= tar.length - 1024; at += 100) {
      assert.throws(() => read(tar.subarray(0, at)), isTruncated, `cut at ${at}`);
    }
  });

  it('when a header was changed', async () => {
    const tar = await sample();
    for (const at of [3, 105, 130, 150, 300]) {
      const broken = Buffer.from(tar);
      broken[at] = (broken[at] ?? 0) ^ 1;
      assert.throws(() => read(broken), isTruncated, `changed at ${at}`);
    }
  });

  it('when it is something else', () => {
    assert.throws(() => read(Buffer.from('<html>not an archive</html>'.repeat(50))), isTruncated);
    assert.throws(() => read(Buffer.alloc(0)), isTruncated);
  });

  it('when its pax records are damaged', async () => {
    const tar = await tarOf([{ name: 'x'.repeat(200) }]);
    for (const text of ['99 path=x\n', 'x path=y\n', '5 pat\n', '9 path=xy ']) {
      const broken = Buffer.from(tar);
      broken.fill(0, 512, 1024);
      broken.write(text, 512);
      assert.throws(() => read(broken), isTruncated, text);
    }
  });

  it('when a name takes more than 1 MiB', async () => {
    const tar = await tarOf([{ name: 'x'.repeat(2 ** 20 + 1) }]);
    assert.throws(
      () => read(tar),
      (error) => error instanceof SlipwayError && error.code === 'source-hostile',
    );
  });
});
