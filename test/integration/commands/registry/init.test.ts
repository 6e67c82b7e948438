import assert from 'node:assert/strict';
import { createHash, createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { compareSync } from 'bcryptjs';
import { issueCertificate } from '../../../../src/commands/registry/certificates.ts';
import { registryCommand } from '../../../../src/commands/registry/registry.ts';
import { runCommand } from '../../../support/run-command.ts';

async function folder(test: TestContext): Promise<string> {
  const made = await mkdtemp(path.join(tmpdir(), 'slipway-registry-'));
  test.after(() => rm(made, { recursive: true, force: true }));
  return path.join(made, 'data');
}

const init = (data: string, ...args: string[]) => runCommand(registryCommand, ['init', '--data', data, ...args]);
const named = ['--host', 'registry.test', '--ip', '192.0.2.7', '--port', '5443'];

async function contents(data: string): Promise<Record<string, string>> {
  const names = (await readdir(data, { withFileTypes: true })).filter((entry) => entry.isFile());
  const texts = names.map(async ({ name }) => [name, await readFile(path.join(data, name), 'utf8')] as const);
  return Object.fromEntries(await Promise.all(texts));
}

describe('slipway registry init', { concurrency: 2 }, () => {
  it('makes an authority, a certificate for every name, and a password that is shown once', async (test) => {
    const data = await folder(test);
    const { status, out, err } = await init(data, ...named);
    assert.equal(status, 0, err);
    const { 'ca.crt': ca = '', 'server.crt': server = '', htpasswd = '', ...rest } = await contents(data);
    const [authority, certificate] = [new X509Certificate(ca), new X509Certificate(server)];
    assert.equal(authority.ca, true);
    assert.equal(certificate.ca, false);
    assert.ok(certificate.verify(authority.publicKey) && certificate.checkIssued(authority));
    for (const name of ['registry.test', 'localhost']) assert.equal(certificate.checkHost(name), name);
    for (const ip of ['192.0.2.7', '127.0.0.1']) assert.equal(certificate.checkIP(ip), ip);
    const password = /REGISTRY_PASSWORD=(\S+)/.exec(out)?.[1] ?? '';
    const [user, hash = ''] = htpasswd.trim().split(':');
    assert.deepEqual([user, hash.slice(0, 4), compareSync(password, hash)], ['slipway', '$2b$', true]);
    assert.match(out, /REGISTRY=registry\.test:5443/);
    assert.doesNotMatch(JSON.stringify(rest), new RegExp(password));
    for (const secret of ['ca.key', 'server.key', 'htpasswd', 'config.yml', 'registry.json']) {
      assert.equal((await stat(path.join(data, secret))).mode & 0o777, 0o600, secret);
    }
  });

  it('changes nothing when it is run again, and shows no password', async (test) => {
    const data = await folder(test);
    await init(data, ...named);
    const before = await contents(data);
    for (const args of [[], named]) {
      const { status, out } = await init(data, ...args);
      assert.deepEqual([status, out], [0, `The registry in ${data} is set up already.\n`]);
    }
    assert.deepEqual(await contents(data), before);
  });

  it('shows and applies what is asked for otherwise, and leaves the authority alone', async (test) => {
    const data = await folder(test);
    const first = (await init(data, ...named)).out;
    const before = await contents(data);
    const { out } = await init(data, '--host', 'images.test', '--user', 'ships');
    assert.match(out, /host: images\.test \(was registry\.test\)/);
    assert.match(out, /user: ships \(was slipway\)/);
    assert.match(out, /the old one was not for images\.test/);
    const after = await contents(data);
    assert.equal(after['ca.crt'], before['ca.crt']);
    assert.equal(new X509Certificate(after['server.crt'] ?? '').checkIP('192.0.2.7'), '192.0.2.7');
    const [user, hash = ''] = after.htpasswd?.trim().split(':') ?? [];
    const passwords = [out, first].map((text) => /REGISTRY_PASSWORD=(\S+)/.exec(text)?.[1] ?? '');
    assert.deepEqual([user, ...passwords.map((one) => compareSync(one, hash))], ['ships', true, false]);
  });

  it('renews a certificate that ends within 30 days, and none that does later', async (test) => {
    const data = await folder(test);
    await init(data, ...named);
    const { 'ca.crt': certificate = '', 'ca.key': key = '' } = await contents(data);
    const names = ['registry.test', 'localhost', '192.0.2.7', '127.0.0.1', '::1'];
    for (const [days, renewed] of [
      [31, false],
      [29, true],
      [-1, true],
    ] as const) {
      const soon = await issueCertificate({ certificate, key }, names, days);
      await writeFile(path.join(data, 'server.crt'), soon.certificate);
      await writeFile(path.join(data, 'server.key'), soon.key);
      const { out } = await init(data);
      assert.equal(/made a certificate/.test(out), renewed, `${days} days: ${out}`);
      const after = await contents(data);
      assert.equal(after['server.crt'] !== soon.certificate, renewed, `${days} days`);
      assert.equal(after['ca.crt'], certificate);
    }
  });

  it('makes a certificate anew whose key is another one, as a stop between the two leaves it', async (test) => {
    const data = await folder(test);
    await init(data, ...named);
    const { 'ca.crt': certificate = '', 'ca.key': key = '' } = await contents(data);
    const other = await issueCertificate({ certificate, key }, ['registry.test']);
    await writeFile(path.join(data, 'server.key'), other.key);
    assert.match((await init(data)).out, /made a certificate for .*the old one is not of this key/);
    const after = await contents(data);
    const made = new X509Certificate(after['server.crt'] ?? '');
    assert.ok(made.checkPrivateKey(createPrivateKey(after['server.key'] ?? '')));
    await writeFile(path.join(data, 'server.key'), '');
    assert.match((await init(data)).out, /made a certificate for .*the old one is not of this key/);
  });

  it('takes the password of a file, or writes it there, and then shows none', async (test) => {
    const data = await folder(test);
    const file = `${data}.password`;
    const made = await init(data, ...named, '--password-file', file);
    assert.doesNotMatch(made.out, /REGISTRY_PASSWORD/);
    const password = (await readFile(file, 'utf8')).trim();
    const hash = async () => (await contents(data)).htpasswd?.trim().split(':')[1] ?? '';
    assert.ok(compareSync(password, await hash()));
    assert.match((await init(data, '--password-file', file)).out, /set up already/);
    await writeFile(file, 'of my own\n');
    await init(data, '--password-file', file);
    assert.ok(compareSync('of my own', await hash()));
  });

  it('refuses what no registry can be, and makes nothing then', async (test) => {
    const data = await folder(test);
    for (const [args, words] of [
      [['--host', 'a b'], /--host: expected a name/],
      [['--ip', '300.1.1.1'], /--ip: expected an IP address/],
      [['--port', '70000'], /--port: expected a whole number/],
      [['--user', 'a:b'], /--user: expected letters/],
      [['--print'], /found `--print`/],
    ] as const) {
      const { status, err } = await init(data, ...args);
      assert.equal(status, 2);
      assert.match(err, words);
    }
    await assert.rejects(stat(data), { code: 'ENOENT' });
  });
});

describe('slipway registry trust', () => {
  it('puts the authority where the engine looks, tells other machines how, and takes it back', async (test) => {
    const data = await folder(test);
    const certs = `${data}.certs`;
    await init(data, ...named);
    const trust = (...args: string[]) =>
      runCommand(registryCommand, ['trust', '--data', data, '--certs-dir', certs, ...args]);
    const { status, out } = await trust('--no-check');
    assert.equal(status, 0);
    const ca = await readFile(path.join(data, 'ca.crt'));
    assert.deepEqual(await readFile(path.join(certs, 'registry.test:5443', 'ca.crt')), ca);
    assert.match(out, new RegExp(createHash('sha256').update(ca).digest('hex')));
    assert.ok(out.includes(new X509Certificate(ca).fingerprint256));
    assert.match(out, /install -D -m 644 registry\.test\.crt \/etc\/docker\/certs\.d\/registry\.test:5443\/ca\.crt/);
    assert.match((await trust('--remove')).out, /is removed/);
    assert.deepEqual(await readdir(certs), []);
    assert.match((await trust('--remove')).out, /is not there/);
    assert.equal((await trust('--print')).status, 0);
    assert.deepEqual(await readdir(certs), []);
  });
});
