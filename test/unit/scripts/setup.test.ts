import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';

type Entry = { version: string; integrity?: string; optional?: boolean; dev?: boolean };
type Ended = { status: number; said: string };

const setup = path.join(import.meta.dirname, '../../../scripts/setup.mjs');
const one: Entry = { version: '1.0.0', integrity: 'sha512-one' };
const elsewhere: Entry = { version: '1.0.0', integrity: 'sha512-other', optional: true };

describe('the set-up', () => {
  let folder: string;
  const inFolder = (name: string): string => path.join(folder, name);
  const writeJson = (name: string, value: unknown) => writeFile(inFolder(name), JSON.stringify(value));
  const lock = (entries: Record<string, Entry>) =>
    writeJson('package-lock.json', { packages: { '': {}, ...prefixed(entries) } });
  const installed = (entries: Record<string, Entry>) =>
    writeJson('node_modules/.package-lock.json', { packages: prefixed(entries) });
  const prefixed = (entries: Record<string, Entry>) =>
    Object.fromEntries(Object.entries(entries).map(([name, entry]) => [`node_modules/${name}`, entry]));

  /** Runs it with an npm that only writes down what it was asked. */
  function run(environment: Record<string, string> = {}): Promise<Ended> {
    const env = { PATH: process.env.PATH, npm_execpath: inFolder('npm.cjs'), ...environment };
    return new Promise((resolve) => {
      execFile(process.execPath, [inFolder('scripts/setup.mjs')], { env }, (error, stdout, stderr) => {
        resolve({ status: error === null ? 0 : Number(error.code), said: stdout + stderr });
      });
    });
  }
  const asked = () => readFile(inFolder('asked'), 'utf8').catch(() => 'nothing');

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'slipway-setup-'));
    await mkdir(inFolder('scripts'));
    await mkdir(inFolder('node_modules/.bin'), { recursive: true });
    await copyFile(setup, inFolder('scripts/setup.mjs'));
    await writeJson('package.json', { engines: { node: '>=20.0' } });
    await writeFile(
      inFolder('npm.cjs'),
      `require('fs').writeFileSync(${JSON.stringify(inFolder('asked'))}, process.argv.slice(2).join(' '));`,
    );
    await lock({ one, elsewhere });
    await installed({ one });
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('does nothing and says nothing where everything is installed, other platforms left out', async () => {
    assert.deepEqual(await run(), { status: 0, said: '' });
    assert.equal(await asked(), 'nothing');
  });

  const cases: readonly [string, () => Promise<unknown>][] = [
    ['nothing was ever installed', () => rm(inFolder('node_modules'), { recursive: true })],
    ['an installation was cut off', () => rm(inFolder('node_modules/.package-lock.json'))],
    ['the lock file has another version', () => lock({ one: { ...one, version: '1.0.1' }, elsewhere })],
    ['the lock file has other content', () => lock({ one: { ...one, integrity: 'sha512-two' }, elsewhere })],
    ['the lock file has one package more', () => lock({ one, elsewhere, two: { version: '2.0.0' } })],
    ['the lock file has one package less', () => installed({ one, gone: { version: '1.0.0' } })],
  ];
  for (const [why, prepare] of cases) {
    it(`installs, and runs no install script, when ${why}`, async () => {
      await prepare();
      assert.equal((await run()).status, 0);
      assert.match(await asked(), /^ci --ignore-scripts /);
    });
  }

  it('does without development dependencies in production', async () => {
    await lock({ one, elsewhere, two: { version: '2.0.0', dev: true } });
    await run({ NODE_ENV: 'production' });
    assert.equal(await asked(), 'nothing');
    await run();
    assert.match(await asked(), /^ci /);
  });

  it('fails when npm does', async () => {
    await rm(inFolder('node_modules'), { recursive: true });
    await writeFile(inFolder('npm.cjs'), 'process.exit(1)');
    const { status, said } = await run();
    assert.equal(status, 1);
    assert.match(said, /npm ci failed/);
  });

  it('says which Node.js is needed where it is too old and no other one came with the packages', async () => {
    await writeJson('package.json', { engines: { node: '>=99.5' } });
    const { status, said } = await run();
    assert.equal(status, 1);
    assert.equal(
      said,
      `Slipway needs Node.js 99.5 or newer, and this is ${process.versions.node}: install a newer one.\n`,
    );
    await writeFile(inFolder('node_modules/.bin/node'), '');
    assert.equal((await run()).status, 0);
  });
});
