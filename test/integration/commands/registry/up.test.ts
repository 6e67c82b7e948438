import assert from 'node:assert/strict';
import { cp, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { findCommand } from '../../../../scripts/parts/install-packages.ts';
import { registryCommand } from '../../../../src/commands/registry/registry.ts';
import { putProbe } from '../../../../src/push/put-probe.ts';
import { dockerOn } from '../../../support/compose/make-stand-ins.ts';
import { packPrograms } from '../../../support/compose/pack-programs.ts';
import { clientOf, ownRegistry, passwordIn } from '../../../support/own-registry.ts';
import { baseImage, engineHost } from '../../../support/parts.ts';
import { runCommand } from '../../../support/run-command.ts';
import { until } from '../../../support/until.ts';

const fixture = path.join(import.meta.dirname, '../../../fixtures/compose/registry.sh');

async function temporary(test: TestContext): Promise<string> {
  const made = await mkdtemp(path.join(tmpdir(), 'slipway-registry-'));
  test.after(() => rm(made, { recursive: true, force: true }));
  return made;
}

const registryOf = (test: TestContext, ...how: string[]) => ownRegistry(test, { how });

/** An image as the real one is: the registry's program behind an entrypoint that takes a configuration. */
async function registryImage(test: TestContext): Promise<string> {
  const folder = await temporary(test);
  const image = `slipway-test-registry:${process.pid}`;
  const docker = dockerOn(engineHost());
  await packPrograms([findCommand('docker-registry') ?? ''], path.join(folder, 'programs.tar'));
  await cp(fixture, path.join(folder, 'entrypoint.sh'));
  const lines = [
    `FROM ${baseImage()}`,
    'ADD programs.tar /',
    // Where a Debian has its libraries, and looks for them.
    'RUN ln -s usr/lib /lib; ln -s usr/lib64 /lib64; ln -s /usr/bin/docker-registry /bin/registry',
    'COPY entrypoint.sh /',
    'ENTRYPOINT ["/entrypoint.sh"]',
  ];
  await writeFile(path.join(folder, 'Dockerfile'), `${lines.join('\n')}\n`);
  await docker('build', '--quiet', `--tag=${image}`, folder);
  test.after(() => docker('rmi', '--force', image));
  return image;
}

const signal = new AbortController().signal;

for (const kind of ['process', 'container'] as const) {
  describe(`slipway registry up, as a ${kind}`, () => {
    it('runs until it is taken down, changes nothing when it is run again, and applies what changes', async (test) => {
      const how = kind === 'process' ? ['--process'] : ['--image', await registryImage(test)];
      const registry = await registryOf(test, ...how);
      const made = await registry.first();
      assert.equal(made.status, 0, made.err);
      const password = passwordIn(made.out);
      assert.match(made.out, new RegExp(`The registry localhost:${registry.port} runs`));
      const client = await clientOf(test, registry, password);
      const { digest } = await putProbe(client, { name: 'orders', tag: '1.0.0', signal });

      const again = await registry.up();
      assert.equal(again.status, 0, again.err);
      assert.match(again.out, /runs already/);
      assert.doesNotMatch(again.out, /PASSWORD|In \//);
      assert.equal((await registry.run('status')).status, 0);

      const renewed = await registry.up('--new-password');
      assert.equal(renewed.status, 0, renewed.err);
      assert.notEqual(passwordIn(renewed.out), password);
      await assert.rejects(client.digest('orders', '1.0.0', signal), /refused/);
      const other = await clientOf(test, registry, passwordIn(renewed.out));
      assert.equal(await other.digest('orders', '1.0.0', signal), digest);

      const down = await registry.run('down');
      assert.equal(down.status, 0, down.err);
      const status = await registry.run('status');
      assert.equal(status.status, 1);
      // Reset: the question went over a connection from before, whose end had not been noticed yet.
      assert.match(status.err, /does not answer on port \d+.*(ECONNREFUSED|ECONNRESET)/);
      assert.equal((await registry.up()).status, 0);
      assert.equal(await other.digest('orders', '1.0.0', signal), digest);

      assert.equal((await registry.run('down', '--delete-data')).status, 0);
      await assert.rejects(stat(registry.data), /ENOENT/);
    });
  });
}

describe('slipway registry up', () => {
  it('says so where another program has the port', async (test) => {
    const registry = await registryOf(test, '--process');
    const other = createServer().listen(registry.port);
    test.after(() => other.close());
    const { status, err } = await registry.first();
    assert.equal(status, 1);
    assert.match(err, new RegExp(`Another program has the port ${registry.port}`));
  });

  it('a process that was killed is started again, has lost no version, and takes the push that it did not get', async (test) => {
    const registry = await registryOf(test, '--process');
    const client = await clientOf(test, registry, passwordIn((await registry.first()).out));
    const { digest } = await putProbe(client, { name: 'orders', tag: '1.0.0', signal });
    process.kill(Number(await readFile(path.join(registry.data, 'registry.pid'), 'utf8')), 'SIGKILL');
    await until('it is gone', async () => (await registry.run('status')).status === 1);
    await assert.rejects(putProbe(client, { name: 'orders', tag: '1.0.1', signal }));
    assert.equal((await registry.up()).status, 0);
    const { digest: next } = await putProbe(client, { name: 'orders', tag: '1.0.1', signal });
    assert.equal(await client.digest('orders', '1.0.1', signal), next);
    assert.equal(await client.digest('orders', '1.0.0', signal), digest);
  });

  it('leaves a registry alone that runs from another folder on the same port', async (test) => {
    const image = await registryImage(test);
    const registry = await registryOf(test, '--image', image);
    const client = await clientOf(test, registry, passwordIn((await registry.first()).out));
    const { digest } = await putProbe(client, { name: 'orders', tag: '1.0.0', signal });
    const other = await registryOf(test, '--image', image);
    const { status, err } = await other.up('--host', 'localhost', '--port', String(registry.port));
    assert.equal(status, 2);
    assert.match(err, new RegExp(`--port: expected a free port, found that ${registry.port} is taken`));
    assert.equal((await other.run('down')).status, 0);
    assert.equal(await client.digest('orders', '1.0.0', signal), digest);
  });

  it('goes on as it was when the way that is asked for does not exist here', async (test) => {
    const registry = await registryOf(test, '--process');
    const client = await clientOf(test, registry, passwordIn((await registry.first()).out));
    const { status, err } = await registry.run('up', '--image', 'localhost:1/no/registry:2');
    assert.equal(status, 2);
    assert.match(err, /no\/registry:2/);
    assert.deepEqual(await client.tags('orders', signal), []);
    assert.match((await registry.up()).out, /runs/);
    assert.equal((await registry.run('down')).status, 0);
    await assert.rejects(client.ping(signal));
  });

  it('trust has the engine pull an image, which is then gone on both sides, and names a wrong password', async (test) => {
    const registry = await registryOf(test, '--process');
    const password = passwordIn((await registry.first()).out);
    const client = await clientOf(test, registry, password);
    const certs = await temporary(test);
    const trust = (known: Record<string, string>) =>
      runCommand(registryCommand, ['trust', '--data', registry.data, '--certs-dir', certs], {
        ...registry.environment,
        ...known,
      });
    const pulled = await trust({ REGISTRY_USERNAME: 'slipway', REGISTRY_PASSWORD: password });
    assert.equal(pulled.status, 0, pulled.err);
    assert.match(pulled.out, new RegExp(`trusts localhost:${registry.port}, and has pulled an image from it`));
    assert.deepEqual(await client.tags('slipway-probe', signal), []);
    const images = await dockerOn(engineHost())(
      'images',
      '--all',
      '--digests',
      `localhost:${registry.port}/slipway-probe`,
    );
    assert.doesNotMatch(images, /slipway-probe/);

    const stranger = await trust({});
    assert.equal(stranger.status, 0, stranger.err);
    assert.match(stranger.out, /with REGISTRY_USERNAME and REGISTRY_PASSWORD set it would pull too/);
    const wrong = await trust({ REGISTRY_USERNAME: 'slipway', REGISTRY_PASSWORD: 'wrong-password' });
    assert.equal(wrong.status, 1);
    assert.match(wrong.err, /refused the account slipway/);
  });

  it('deletes of its folder what is its own, and nothing that somebody else has put there', async (test) => {
    const registry = await registryOf(test, '--process');
    await registry.first();
    await writeFile(path.join(registry.data, 'notes.txt'), 'mine');
    const { status, out } = await registry.run('down', '--delete-data');
    assert.equal(status, 0);
    assert.match(out, /notes\.txt/);
    assert.deepEqual(await readdir(registry.data), ['notes.txt']);
  });

  it('without an image and a program it says what it needs', async (test) => {
    const data = path.join(await temporary(test), 'data');
    const { status, err } = await runCommand(registryCommand, ['up', '--data', data], {
      DOCKER_HOST: 'unix:///nowhere.sock',
      PATH: '/nowhere',
    });
    assert.equal(status, 2);
    assert.match(err, /Expected an engine with the image registry:2, or the program docker-registry, found neither/);
  });
});
