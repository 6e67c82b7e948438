import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { readEnvironment } from '../../src/environment.ts';
import { readRegistryIfSet, readRegistrySettings, readSettings } from '../../src/settings.ts';
import { makeAppKey } from '../support/app-key.ts';

const key = makeAppKey();
const least = { APP_ID: '7', PRIVATE_KEY: key, WEBHOOK_SECRET: 'of our own', REGISTRY: 'registry.lan:5000' };

async function folder(test: TestContext, files: Record<string, string>): Promise<string> {
  const dir = await mkdtemp(path.join(tmpdir(), 'slipway-settings-'));
  test.after(() => rm(dir, { recursive: true }));
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(dir, name), text);
  return dir;
}

const refuses = (given: Record<string, string>, words: RegExp) =>
  assert.throws(() => readSettings({ ...least, ...given }), { code: 'bad-settings', message: words });

describe('settings', () => {
  it('have the defaults that docs/configuration.md names', () => {
    const settings = readSettings(least);
    const { githubApi, host, port, publicUrl, buildConcurrency, buildTimeout, sourceLimit, logLimit } = settings;
    assert.deepEqual(
      { githubApi, host, port, publicUrl, buildConcurrency, buildTimeout, sourceLimit, logLimit },
      {
        githubApi: 'https://api.github.com',
        host: '0.0.0.0',
        port: 3000,
        publicUrl: undefined,
        buildConcurrency: 2,
        buildTimeout: 30 * 60_000,
        sourceLimit: 2 * 2 ** 30,
        logLimit: 4 * 2 ** 20,
      },
    );
    assert.deepEqual(
      [settings.shutdownGrace, settings.visibility, settings.databaseUrl],
      [25_000, 'repository', undefined],
    );
  });

  it('name everything that is wrong at once', () => {
    assert.throws(
      () => readSettings({ PORT: 'x', REGISTRY: 'https://registry' }),
      (error: Error) => {
        for (const name of [
          'APP_ID: is not set',
          'WEBHOOK_SECRET: is not set',
          'PORT: expected',
          'REGISTRY: expected',
        ]) {
          assert.ok(error.message.includes(name), error.message);
        }
        return true;
      },
    );
  });

  it('take an empty value for none', () => {
    assert.equal(readSettings({ ...least, GHE_HOST: '', PUBLIC_URL: ' ' }).githubApi, 'https://api.github.com');
    refuses({ WEBHOOK_SECRET: '  ' }, /WEBHOOK_SECRET: is not set/);
  });

  it('refuse the secret that everybody knows', () => refuses({ WEBHOOK_SECRET: 'development' }, /well-known/));

  it('refuse times, sizes, numbers and addresses that are none', () => {
    refuses({ BUILD_TIMEOUT: '30' }, /BUILD_TIMEOUT: expected a time/);
    refuses({ SOURCE_LIMIT: '2GB' }, /SOURCE_LIMIT: expected a size/);
    refuses({ BUILD_CONCURRENCY: '0' }, /from 1 to 64/);
    refuses({ DATABASE_URL: 'mysql://x' }, /postgres:/);
    refuses({ PUBLIC_URL: 'slipway.lan' }, /PUBLIC_URL: expected an http/);
  });

  it('know GitHub Enterprise Server', () => {
    const settings = readSettings({ ...least, GHE_HOST: 'git.lan', GHE_PROTOCOL: 'http' });
    assert.equal(settings.githubApi, 'http://git.lan/api/v3');
  });

  it('take a private key as it is, in one line, in base64 and from a file', async (test) => {
    const dir = await folder(test, { 'key.pem': key });
    const forms = [
      { PRIVATE_KEY: key },
      { PRIVATE_KEY: key.replaceAll('\n', '\\n') },
      { PRIVATE_KEY: Buffer.from(key).toString('base64') },
      { PRIVATE_KEY: '', PRIVATE_KEY_PATH: path.join(dir, 'key.pem') },
    ];
    for (const form of forms) assert.equal(readSettings({ ...least, ...form }).privateKey.trim(), key.trim());
    refuses({ PRIVATE_KEY: 'nothing of the kind' }, /expected a PEM/);
    refuses({ PRIVATE_KEY: '', PRIVATE_KEY_PATH: path.join(dir, 'none.pem') }, /PRIVATE_KEY_PATH: expected a file/);
    refuses({ PRIVATE_KEY: '' }, /expected one of them/);
  });

  it('take the registry’s user name and password together, the password from a file too', async (test) => {
    const dir = await folder(test, { password: 'hush\n' });
    const registry = { REGISTRY: 'registry.lan:5000/team' };
    const file = { ...registry, REGISTRY_USERNAME: 'me', REGISTRY_PASSWORD_FILE: path.join(dir, 'password') };
    assert.deepEqual(readRegistrySettings(file).credentials, { username: 'me', password: 'hush' });
    assert.equal(readRegistrySettings(registry).credentials, undefined);
    assert.throws(() => readRegistrySettings({ ...registry, REGISTRY_USERNAME: 'me' }), /belong together/);
    assert.throws(
      () => readRegistrySettings({ ...registry, REGISTRY_PASSWORD: 'hush' }),
      (error: Error) => !error.message.includes('hush'),
    );
  });

  it('may do without a registry where a command may, and are not guessed where it is named wrongly', () => {
    assert.equal(readRegistryIfSet({ REGISTRY: ' ', REGISTRY_USERNAME: 'me' }), undefined);
    assert.equal(readRegistryIfSet({ REGISTRY: 'registry.lan:5000' })?.address, 'registry.lan:5000');
    assert.throws(() => readRegistryIfSet({ REGISTRY: 'https://registry.lan' }), /REGISTRY: expected host/);
  });

  it('come from .env where the real environment has none', async (test) => {
    const dir = await folder(test, { '.env': 'SLIPWAY_TEST_ONE=file\nPATH=file\n' });
    const environment = readEnvironment(dir);
    assert.deepEqual([environment.SLIPWAY_TEST_ONE, environment.PATH], ['file', process.env.PATH]);
    assert.equal(readEnvironment(path.join(dir, 'nowhere')).SLIPWAY_TEST_ONE, undefined);
  });
});
