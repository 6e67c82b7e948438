import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { encodeTarHeader } from '../../../src/fetch/encode-tar-header.ts';
import { tarEnd } from '../../../src/fetch/tar-padding.ts';
import { readTarStream } from '../../support/source-archives.ts';

const entry = { kind: 'file', mode: 0o644, size: 0, mtime: 1_700_000_000, target: '' } as const;

describe('a header is read back by another implementation', () => {
  it('with names of every length, in ASCII and outside of it', async () => {
    const lengths = Array.from({ length: 1100 }, (_, at) => at + 1);
    const names = lengths.flatMap((length) => [
      'x'.repeat(length),
      `${'é'.repeat(length)}${length % 2 === 0 ? '' : 'x'}`,
    ]);
    const tar = [...names.map((name) => encodeTarHeader({ ...entry, name })), tarEnd];
    assert.deepEqual([...(await readTarStream(tar)).keys()], names);
  });

  it('with links of every length', async () => {
    const targets = Array.from({ length: 300 }, (_, at) => `${at % 2 === 0 ? 'ü' : ''}${'t'.repeat(at + 1)}`);
    const tar = targets.map((target, at) =>
      encodeTarHeader({ ...entry, name: `link${at}`, kind: 'link', mode: 0o777, target }),
    );
    const read = await readTarStream([...tar, tarEnd]);
    assert.deepEqual(
      [...read.values()].map(({ header }) => header.linkname),
      targets,
    );
  });

  it('with times before 1970 as 1970', async () => {
    const read = await readTarStream([encodeTarHeader({ ...entry, name: 'old', mtime: -5 }), tarEnd]);
    assert.equal(read.get('old')?.header.mtime?.getTime(), 0);
  });

  it('with a size above 8 GiB in a record of its own', () => {
    const header = encodeTarHeader({ ...entry, name: 'huge', size: 2 ** 33 });
    assert.match(header.toString('latin1'), / size=8589934592\n/);
  });
});
