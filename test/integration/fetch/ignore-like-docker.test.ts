import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { utimes } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'node:test';
import { connectEngine } from '../../../src/build/docker/connect-engine.ts';
import { createDockerBuilder } from '../../../src/build/docker/create-docker-builder.ts';
import { readImageSource } from '../../../src/build/docker/read-image-source.ts';
import { openFolder } from '../../../src/fetch/open-folder.ts';
import { createLog } from '../../../src/log.ts';
import { engineHost } from '../../support/parts.ts';
import { sampleArtifact, sampleService } from '../../support/sample-merge.ts';
import {
  type Files,
  type ReadEntry,
  readTarStream,
  temporaryFolder,
  writeFiles,
} from '../../support/source-archives.ts';
import {
  type Builder,
  builders,
  builtByDocker,
  builtByEngine,
  copyAll,
  imageFiles,
  inWords,
  layersWithCache,
} from './image-files.ts';

const limits = { bytes: 2 ** 24, entries: 1000 };
const { signal } = new AbortController();

const named = [
  'README.md',
  'a.md',
  'a.MD',
  'docs/a.md',
  'docs/guide/b.md',
  'docs/guide/keep.md',
  'src/index.js',
  'src/index.test.js',
  'src/lib/util.js',
  'src/lib/util.test.js',
  'node_modules/x/index.js',
  'node_modules/x/node_modules/y/i.js',
  'pkg/node_modules/z/i.js',
  '.env',
  '.env.local',
  'conf/.env',
  '.git/config',
  'b.log',
  'logs/x.log',
  'logs/keep/y.log',
  'weird [1].txt',
  'name with space.txt',
  'ünï/ço.txt',
  '!bang',
  '#hash',
  'foobar',
  'tmp/a/b/c/d.txt',
  'tmp/a/keep.txt',
  'a{b}.txt',
];

const files: Files = {
  ...Object.fromEntries(named.map((name) => [name, `content of ${name}`])),
  foo: { executable: '#!/bin/sh' },
  'empty/inner': { folder: true },
  'link.js': { link: 'src/index.js' },
  linkdir: { link: 'docs' },
  dangling: { link: 'nothing/here' },
  [`${'deep-folder-with-a-long-name/'.repeat(6)}file`]: 'deep',
  Dockerfile: copyAll,
};

/** Ignore files about which every docker client since 20.10 thinks the same. */
const cases: Readonly<Record<string, string>> = {
  'that is empty': '',
  'with names and folders': 'node_modules\ndocs/\n/logs\n./conf/../tmp',
  'with `*` in one folder': '*.md\n*/*.md\n.env*',
  'with `**/` before a name': '**/node_modules\n**/.env',
  'with `**/*` before an ending': '**/*.md\n**/*.test.js',
  'with `**` in the middle and at the end': 'tmp/**/d.txt\nlogs/**',
  'with `?` and classes': '?.md\n[a-b].*\nfoo???\n[^a-zA-Z.]*',
  'with `!` for one file': '*.md\n!README.md\nlogs\n!logs/keep/y.log',
  'with `!` below a folder that is out': 'docs\n!docs/guide/keep.md\nsrc\n!src/lib',
  'where a later line takes back a `!`': '!a.md\n*.md\n.env*\n!.env.local\n.env.local',
  'that takes everything out but one folder': '*\n!src',
  'that takes everything out but files by their ending': '**\n!src/lib/*.js\n!*.md',
  'that takes everything out': '*',
  'with comments, blank lines and space': '# *.md\n\n   b.log  \n\tlogs\t\n! logs/x.log\n  #hash\n',
  'with a byte order mark and CRLF': '\uFEFF*.md\r\n*.log\r\n!README.md\r\n',
  'with escaped characters': '\\!bang\n\\#hash\nweird \\[1\\].txt\na{b}.txt',
  'that would match in another case': 'readme.md\nA.md\n*.LOG\nSRC',
  'with letters outside of ASCII and spaces': 'ünï\nname with space.txt',
  'with paths that lead out, and lines that mean nothing': '../foo\n..\n.\n/\n//\n!.\n!..',
  'that names the Dockerfile and itself': 'Dockerfile\n.dockerignore\n*.md',
  'that names links': 'link.js\nlinkdir/a.md\ndangling',
  'that names empty folders': 'empty/*',
};

/** What the engine needs although the ignore file names it; `docker build` keeps it out of the image. */
const forEngine = ['Dockerfile', '.dockerignore'];

async function contextOf(dir: string): Promise<Map<string, string>> {
  const source = await openFolder({ dir, limits });
  const entries = await readTarStream(source.context({ path: '.', dockerfile: 'Dockerfile', signal }));
  return new Map([...entries].map(([name, entry]) => [name, inWords(entry)]));
}

/** What BuildKit is sent file by file, with nothing that the ignore file names. */
async function seenByBuild(dir: string): Promise<[string, string][]> {
  const source = await openFolder({ dir, limits });
  const context = await source.smallContext({ path: '.', dockerfile: 'Dockerfile', signal });
  const types = { file: 'file', folder: 'directory', link: 'symlink' };
  const entries = context?.entries.map(({ name, kind, mode, target, content }): [string, string] => {
    const header = { name, type: types[kind], mode, linkname: target } as ReadEntry['header'];
    return [name, inWords({ header, content })];
  });
  return entries?.sort() ?? [];
}

/** Sorted, and without the two files where docker leaves them out. */
function comparable(context: ReadonlyMap<string, string>, docker: ReadonlyMap<string, string>): [string, string][] {
  return [...context].filter(([name]) => docker.has(name) || !forEngine.includes(name)).sort();
}

for (const builder of builders) {
  describe(`the context is what docker build copies with ${builder}, file by file, with an ignore file`, {
    concurrency: 3,
  }, () => {
    for (const [what, text] of Object.entries(cases)) {
      it(what, async (t) => {
        const dir = await temporaryFolder(t);
        await writeFiles(dir, { ...files, '.dockerignore': text });
        const docker = await builtByDocker(dir, builder);
        const context = await contextOf(dir);
        for (const name of forEngine) assert(context.has(name), `${name} is always sent`);
        assert.deepEqual(comparable(context, docker), [...docker].sort());
        if (builder === 'BuildKit') assert.deepEqual(await seenByBuild(dir), [...docker].sort());
      });
    }
  });
}

async function bothWays(
  dir: string,
  builder: Builder,
): Promise<{ docker: Map<string, string>; engine: Map<string, string> }> {
  const source = await openFolder({ dir, limits });
  const engine = await builtByEngine(source.context({ path: '.', dockerfile: 'Dockerfile', signal }), builder);
  return { docker: await builtByDocker(dir, builder), engine };
}

describe('an engine that is sent the context makes the same image as docker build', () => {
  it('with the classic builder, which takes out the Dockerfile and the ignore file when they are named', async (t) => {
    for (const text of ['*.md\n!README.md', 'Dockerfile\n.dockerignore\nsrc', '*\n!src']) {
      const dir = await temporaryFolder(t);
      await writeFiles(dir, { ...files, '.dockerignore': text });
      const { docker, engine } = await bothWays(dir, 'classic');
      assert.deepEqual([...engine].sort(), [...docker].sort());
    }
  });

  it('with BuildKit that asks for files one by one', async (t) => {
    const engine = connectEngine({ DOCKER_HOST: engineHost() });
    const images = createDockerBuilder({ engine, log: createLog('fatal'), builder: 'buildkit' });
    const service = sampleService({ name: 'files-one-by-one' });
    for (const text of ['', '*.md\n!README.md', 'Dockerfile\n.dockerignore\nsrc', '*\n!src']) {
      const dir = await temporaryFolder(t);
      await writeFiles(dir, { ...files, '.dockerignore': text });
      const source = await openFolder({ dir, limits });
      const built = await images.build({
        ...{ buildId: randomUUID(), artifact: sampleArtifact({ service }), signal, noCache: true },
        source: await readImageSource(source, service),
        ...{ labels: {}, defaultLabels: {}, onEvent: () => undefined },
      });
      const found = await imageFiles(built.imageId);
      assert.deepEqual([...found].sort(), [...(await builtByDocker(dir, 'BuildKit'))].sort());
    }
    engine.close();
  });

  it('with BuildKit and a tar, where the two stay in the image even when they are named', async (t) => {
    for (const text of ['*.md\n!README.md', 'Dockerfile\n.dockerignore\nsrc', '*\n!src']) {
      const dir = await temporaryFolder(t);
      await writeFiles(dir, { ...files, '.dockerignore': text });
      const { docker, engine } = await bothWays(dir, 'BuildKit');
      assert.deepEqual(comparable(engine, docker), [...docker].sort());
    }
  });
});

describe('the engine’s cache', () => {
  for (const builder of builders) {
    it(`is not disturbed by times with ${builder}, and sees a changed file of the same length`, async (t) => {
      const dir = await temporaryFolder(t);
      const write = async (content: string, time: number) => {
        await writeFiles(dir, { Dockerfile: copyAll, a: content });
        await utimes(path.join(dir, 'a'), time, time);
        const source = await openFolder({ dir, limits });
        return await layersWithCache(t, source.context({ path: '.', dockerfile: 'Dockerfile', signal }), builder);
      };
      const content = randomUUID();
      const first = await write(content, 1_600_000_000);
      assert.deepEqual(await write(content, 1_700_000_000), first);
      assert.notDeepEqual(await write(randomUUID(), 1_700_000_000), first);
    });
  }
});

describe('an ignore file beside a named Dockerfile', () => {
  for (const text of ['*.md\ndocs\nother.Dockerfile*', '']) {
    it(`goes first, as with BuildKit, when it ${text === '' ? 'is empty' : 'has lines'}`, async (t) => {
      const dir = await temporaryFolder(t);
      const all = {
        ...files,
        '.dockerignore': 'src',
        'other.Dockerfile': copyAll,
        'other.Dockerfile.dockerignore': text,
      };
      await writeFiles(dir, all);
      const docker = await builtByDocker(dir, 'BuildKit', '--file', `${dir}/other.Dockerfile`);
      const source = await openFolder({ dir, limits });
      const entries = await readTarStream(source.context({ path: '.', dockerfile: 'other.Dockerfile', signal }));
      const kept = ['other.Dockerfile', 'other.Dockerfile.dockerignore'];
      const names = [...entries.keys()].filter((name) => docker.has(name) || !kept.includes(name));
      assert.deepEqual(names.sort(), [...docker.keys()].sort());
    });
  }
});

describe('an ignore file that docker build refuses', () => {
  for (const text of ['!', '[a', 'foo\\']) {
    it(`is refused: ${JSON.stringify(text)}`, async (t) => {
      const dir = await temporaryFolder(t);
      await writeFiles(dir, { ...files, '.dockerignore': text });
      for (const builder of builders) await assert.rejects(builtByDocker(dir, builder), /pattern/);
      await assert.rejects(contextOf(dir), /expected a pattern/);
    });
  }
});
