import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { keepAppFile, withAppFile } from '../../src/app-file.ts';
import { readSettings } from '../../src/settings.ts';
import { makeAppKey } from '../support/app-key.ts';

async function folder(test: TestContext): Promise<string> {
  const dir = await mkdtemp(path.join(tmpdir(), 'slipway-app-file-'));
  test.after(() => rm(dir, { recursive: true }));
  return dir;
}

const key = makeAppKey();
const values = { APP_ID: '7', PRIVATE_KEY: key, WEBHOOK_SECRET: 'abc' };

describe('the file of the App', () => {
  it('gives back what was kept, a private key of many lines too', async (test) => {
    const dataDir = path.join(await folder(test), 'not', 'there', 'yet');
    await keepAppFile(dataDir, values);
    const settings = readSettings(withAppFile({ DATA_DIR: dataDir, REGISTRY: 'registry.lan:5000' }));
    assert.deepEqual([settings.appId, settings.privateKey.trim(), settings.webhookSecret], [7, key.trim(), 'abc']);
  });

  it('is for its owner alone, whatever stood there before', async (test) => {
    const dataDir = await folder(test);
    await writeFile(path.join(dataDir, 'app.env.new'), 'left by a crash', { mode: 0o644 });
    await keepAppFile(dataDir, values);
    assert.deepEqual(await readdir(dataDir), ['app.env']);
    assert.equal((await stat(path.join(dataDir, 'app.env'))).mode & 0o777, 0o600);
  });

  it('yields to the environment, but not to empty values of it', async (test) => {
    const dataDir = await folder(test);
    await keepAppFile(dataDir, values);
    const environment = withAppFile({ DATA_DIR: dataDir, APP_ID: '', WEBHOOK_SECRET: 'of the environment' });
    assert.deepEqual([environment.APP_ID, environment.WEBHOOK_SECRET], ['7', 'of the environment']);
  });

  it('sets nothing but the App', async (test) => {
    const dataDir = await folder(test);
    await writeFile(path.join(dataDir, 'app.env'), 'APP_ID=7\nREGISTRY=elsewhere:5000\nNODE_OPTIONS=--inspect\n');
    assert.deepEqual(withAppFile({ DATA_DIR: dataDir }), { APP_ID: '7', DATA_DIR: dataDir });
  });

  it('need not be there', async (test) => {
    const environment = { DATA_DIR: await folder(test) };
    assert.equal(withAppFile(environment), environment);
  });

  it('is named when it cannot be read', async (test) => {
    const dataDir = await folder(test);
    // A folder in its place: root can read everything else.
    await keepAppFile(path.join(dataDir, 'app.env'), values);
    assert.throws(() => withAppFile({ DATA_DIR: dataDir }), { code: 'bad-settings', message: /app\.env/ });
  });
});
