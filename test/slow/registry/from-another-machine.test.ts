import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { boundToParent } from '../../../scripts/parts/own-namespace.ts';
import { pullOnce } from '../../../src/build/docker/pull-once.ts';
import { publishCommand } from '../../../src/commands/publish.ts';
import { issueCertificate } from '../../../src/commands/registry/certificates.ts';
import { registryCommand } from '../../../src/commands/registry/registry.ts';
import { freePort } from '../../support/free-port.ts';
import { dockerfile } from '../../support/orders.ts';
import { type OtherMachine, startOtherMachine } from '../../support/other-machine.ts';
import { layPrograms } from '../../support/own-registry.ts';
import { engineHost } from '../../support/parts.ts';
import { never } from '../../support/registry-client.ts';
import { runCommand } from '../../support/run-command.ts';
import { until } from '../../support/until.ts';

const host = 'registry.test';
const otherName = 'other.test';

describe('slipway registry, from another machine', () => {
  let [folder, data, address, otherAddress, password] = ['', '', '', '', ''];
  let port = 0;
  let machine: OtherMachine;
  const environment = { PATH: '', DOCKER_HOST: engineHost() };
  const registry = async (verb: string, ...args: string[]): Promise<string> => {
    const { status, out, err } = await runCommand(registryCommand, [verb, '--data', data, ...args], environment);
    assert.equal(status, 0, err);
    return out;
  };
  const inData = (name: string): string => path.join(data, name);
  /** What the engine there is told, in our words. */
  const pull = (registryAddress: string, secret: string | undefined) =>
    pullOnce(machine.engine, {
      registry: registryAddress,
      image: `${registryAddress}/orders:1.0.0`,
      credentials: secret === undefined ? undefined : { username: 'slipway', password: secret },
      signal: never,
    });

  before(async () => {
    machine = await startOtherMachine([host, otherName]);
    folder = await mkdtemp(path.join(tmpdir(), 'slipway-registry-'));
    data = path.join(folder, 'data');
    environment.PATH = await layPrograms(path.join(folder, 'programs'));
    port = await freePort();
    [address, otherAddress] = [`${host}:${port}`, `${otherName}:${port}`];
    const named = ['--host', host, '--ip', machine.ourAddress, '--port', String(port)];
    const out = await registry('up', ...named, '--process');
    password = /REGISTRY_PASSWORD=(\S+)/.exec(out)?.[1] ?? '';
    const source = path.join(folder, 'orders');
    await publishOrders(source);
  });
  after(async () => {
    await runCommand(registryCommand, ['down', '--data', data], environment);
    await rm(folder, { recursive: true, force: true });
    await machine.stop();
  });

  async function publishOrders(source: string): Promise<void> {
    await mkdir(source);
    await writeFile(path.join(source, 'package.json'), '{ "service_name": "orders" }');
    await writeFile(path.join(source, 'Dockerfile'), dockerfile('CMD ["echo", "orders has put to sea"]'));
    const published = await runCommand(publishCommand, [source, '--version', '1.0.0', '--type', 'docker'], {
      ...environment,
      REGISTRY: `localhost:${port}`,
      REGISTRY_USERNAME: 'slipway',
      REGISTRY_PASSWORD: password,
      REGISTRY_CA_FILE: inData('ca.crt'),
    });
    assert.equal(published.status, 0, published.err);
  }

  it('is refused without the authority; after the two lines it pulls by name, with the password, and runs', async () => {
    const before = await machine.shell(`docker pull ${address}/orders:1.0.0`);
    assert.notEqual(before.status, 0);
    assert.match(before.err, /x509: certificate signed by unknown authority/);
    await assert.rejects(pull(address, password), {
      code: 'registry-untrusted',
      message: /signed by an authority that is not known there/,
    });

    const [, copy = '', command = ''] = (await registry('trust', '--print')).split('\n');
    assert.match(copy, /^ {2}scp /);
    // There is no ssh between namespaces; all else is run as it was printed.
    const asScp = 'scp() { cp "$(echo "$1" | cut -d: -f2)" "$2"; }';
    const changed = await machine.shell(`${asScp}; ${copy} && echo >> ${host}.crt && ${command}`);
    assert.notEqual(changed.status, 0, 'an authority that was changed on the way is not trusted');
    await assert.rejects(pull(address, password), { code: 'registry-untrusted' });
    const trusted = await machine.shell(`${asScp}; ${copy} && ${command}; rm -f ${host}.crt`);
    assert.equal(trusted.status, 0, trusted.err);

    const stranger = await machine.shell(`docker pull ${address}/orders:1.0.0`);
    assert.match(stranger.err, /no basic auth credentials/);
    const login = `echo ${password} | docker login --username slipway --password-stdin ${address}`;
    assert.equal((await machine.shell(login)).status, 0);
    const pulled = await machine.shell(`docker pull ${address}/orders:1.0.0`);
    assert.equal(pulled.status, 0, pulled.err);
    const ran = await machine.shell(`docker run --rm --network none ${address}/orders:1.0.0`);
    assert.equal(ran.out, 'orders has put to sea\n', ran.err);
  });

  it('names a wrong password', async () => {
    await assert.rejects(pull(address, 'wrong'), { code: 'registry-refused', message: /unauthorized|authentication/ });
    await assert.rejects(pull(address, undefined), { code: 'registry-refused', message: /no basic auth credentials/ });
    await pull(address, password);
  });

  it('names a wrong host name', async () => {
    await machine.shell(`cp -r /etc/docker/certs.d/${address} /etc/docker/certs.d/${otherAddress}`);
    await assert.rejects(pull(otherAddress, password), {
      code: 'registry-untrusted',
      message: /its certificate is for other names \(.*valid for .*registry\.test.*not other\.test/,
    });
    await registry('up', '--host', otherName);
    await pull(otherAddress, password);
    await registry('up', '--host', host);
  });

  it('names an expired certificate; up renews it, and no other machine needs to know', async () => {
    await registry('down');
    const read = async (name: string) => await readFile(inData(name), 'utf8');
    const authority = { certificate: await read('ca.crt'), key: await read('ca.key') };
    const old = await issueCertificate(authority, [host, 'localhost', machine.ourAddress, '127.0.0.1', '::1'], -0.5);
    await writeFile(inData('server.crt'), old.certificate);
    await writeFile(inData('server.key'), old.key);
    const [file = '', ...args] = boundToParent(['docker-registry', 'serve', 'config.yml']);
    const child = spawn(file, args, { cwd: data, stdio: 'ignore' });
    const ended = once(child, 'exit');
    try {
      const expired = { code: 'registry-untrusted', message: /its certificate has expired/ };
      await until('the registry listens', async () => {
        const error = await pull(address, password).catch((reason: unknown) => reason);
        return !(error instanceof Error && 'code' in error && error.code === 'registry-unavailable');
      });
      await assert.rejects(pull(address, password), expired);
    } finally {
      child.kill('SIGKILL');
      await ended;
    }
    assert.match(await registry('up'), /made a certificate .*the old one has ended/);
    await pull(address, password);
  });
});
