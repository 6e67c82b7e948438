import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import type { HeldEntry } from '../../../src/context-entry.ts';
import { openArchive } from '../../../src/fetch/open-archive.ts';
import { openFolder } from '../../../src/fetch/open-folder.ts';
import type { Source } from '../../../src/fetch/source.ts';
import { type Files, gitArchive, temporaryFolder, writeFiles } from '../../support/source-archives.ts';

const limits = { bytes: 2 ** 26, entries: 10_000 };
const { signal } = new AbortController();

const kinds: Readonly<Record<string, (t: TestContext, files: Files) => Promise<Source>>> = {
  'an archive': async (t, files) => {
    const { archive } = await gitArchive(await temporaryFolder(t), files);
    const file = path.join(await temporaryFolder(t), 'source.tar.gz');
    await writeFile(file, archive);
    return await openArchive({ file, limits, signal });
  },
  'a folder': async (t, files) => {
    const dir = await temporaryFolder(t);
    await writeFiles(dir, files);
    return await openFolder({ dir, limits });
  },
};

const held = async (source: Source, dockerfile = 'Dockerfile', folder = '.') =>
  source.smallContext({ path: folder, dockerfile, signal });

const names = (entries: readonly HeldEntry[] | undefined) => entries?.map(({ name }) => name);

for (const [kind, open] of Object.entries(kinds)) {
  describe(`the small build context of ${kind}`, () => {
    it('holds every entry with its content, in the order of their bytes folder by folder', async (t) => {
      const source = await open(t, {
        Dockerfile: 'FROM scratch',
        'a/é': 'after every ASCII name',
        'a/z': '',
        'a-b': { executable: '#!/bin/sh' },
        'a.txt': { link: 'a/z' },
      });
      const context = await held(source);
      const seen = context?.entries.map(({ name, kind, mode, target, content }) => [
        ...[name, kind, mode.toString(8), target, String(content)],
      ]);
      assert.deepEqual(seen, [
        ['Dockerfile', 'file', '644', '', 'FROM scratch'],
        ['a', 'folder', '755', '', ''],
        ['a/z', 'file', '644', '', ''],
        ['a/é', 'file', '644', '', 'after every ASCII name'],
        ['a-b', 'file', '755', '', '#!/bin/sh'],
        ['a.txt', 'link', '777', 'a/z', ''],
      ]);
    });

    it('keeps from the build what is sent for the engine only', async (t) => {
      const source = await open(t, {
        'build/Dockerfile': { link: 'real' },
        'build/real': 'FROM scratch',
        '.dockerignore': 'build\n.dockerignore\n!build/seen',
        'build/seen': '',
        'build/x': '',
        docs: '',
      });
      const context = await held(source, 'build/Dockerfile');
      assert.deepEqual(names(context?.entries), ['build', 'build/seen', 'docs']);
      assert.deepEqual(names(context?.definition), ['.dockerignore', 'build', 'build/Dockerfile', 'build/real']);
    });

    it('has no folder that only the Dockerfile is in', async (t) => {
      const source = await open(t, { 'build/Dockerfile': '', '.dockerignore': 'build', a: '' });
      assert.deepEqual(names((await held(source, 'build/Dockerfile'))?.entries), ['.dockerignore', 'a']);
    });

    it('is one folder of the source', async (t) => {
      const source = await open(t, { 'services/orders/Dockerfile': '', 'services/orders/a': '', b: '' });
      const context = await held(source, 'Dockerfile', 'services/orders');
      assert.deepEqual(names(context?.entries), ['Dockerfile', 'a']);
    });

    it('is none where it has more than 4 MiB or 2,000 entries, whatever the ignore file takes out', async (t) => {
      const large = Buffer.alloc(2 ** 22);
      const files = Object.fromEntries(Array.from({ length: 2000 }, (_, at) => [`many/${at}`, '']));
      const all = { Dockerfile: 'FROM scratch', large, ...files };
      for (const text of ['many', 'large']) {
        assert.equal(await held(await open(t, { ...all, '.dockerignore': text })), undefined);
      }
      const context = await held(await open(t, { ...all, '.dockerignore': 'many\nlarge' }));
      assert.deepEqual(names(context?.entries), ['.dockerignore', 'Dockerfile']);
    });

    it('is refused as the same context as a tar is', async (t) => {
      const out = await open(t, { Dockerfile: '', link: { link: '../../etc/passwd' } });
      await assert.rejects(held(out), { code: 'source-hostile' });
      await assert.rejects(held(await open(t, { a: '' })), { code: 'dockerfile-missing' });
    });
  });
}
