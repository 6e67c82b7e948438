import assert from 'node:assert/strict';
import { globSync, statSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { it } from 'node:test';
import { connectEngine } from '../../../src/build/docker/connect-engine.ts';
import { registryCommand } from '../../../src/commands/registry/registry.ts';
import { startGitHub } from '../../github/start-github.ts';
import { freePort } from '../../support/free-port.ts';
import { dockerfile, orders, settledPull } from '../../support/orders.ts';
import { layPrograms } from '../../support/own-registry.ts';
import { engineHost } from '../../support/parts.ts';
import { never, openClient } from '../../support/registry-client.ts';
import { runCommand } from '../../support/run-command.ts';
import { startTestSlipway } from '../../support/start-test-slipway.ts';
import { until } from '../../support/until.ts';

const mib = 2 ** 20;

it('a registry that is killed in the middle of a push loses no version: the same image is pushed again', async (test) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'slipway-registry-'));
  const data = path.join(folder, 'data');
  const environment = { PATH: await layPrograms(path.join(folder, 'programs')), DOCKER_HOST: engineHost() };
  const registry = async (verb: string, ...args: string[]): Promise<string> => {
    const { status, out, err } = await runCommand(registryCommand, [verb, '--data', data, ...args], environment);
    assert.equal(status, 0, err);
    return out;
  };
  const port = await freePort();
  const out = await registry('up', '--host', 'localhost', '--port', String(port), '--process');
  test.after(async () => {
    await registry('down');
    await rm(folder, { recursive: true, force: true });
  });
  const password = /REGISTRY_PASSWORD=(\S+)/.exec(out)?.[1] ?? '';
  const address = `localhost:${port}`;
  const caFile = path.join(data, 'ca.crt');
  const credentials = { username: 'slipway', password };
  const client = openClient({ address, ca: await readFile(caFile, 'utf8'), credentials });
  test.after(() => client.close());

  const github = await startGitHub();
  test.after(() => github.stop());
  const slipway = await startTestSlipway(github, {
    tries: 10,
    environment: {
      REGISTRY: address,
      REGISTRY_USERNAME: credentials.username,
      REGISTRY_PASSWORD: password,
      REGISTRY_CA_FILE: caFile,
    },
  });
  test.after(() => slipway.stop());
  const repository = await orders(github);
  const merge = async (version: string, files: Record<string, string>): Promise<number> => {
    const pull = await repository.openPullRequest({ title: version, labels: [version], files });
    await repository.merge(pull.number);
    return pull.number;
  };
  const { service } = repository;
  await settledPull(repository, await merge('1.0.0', { a: '1' }));
  const first = await client.digest(service, '1.0.0', never);
  assert.notEqual(first, undefined);

  // Built anew it would be another image.
  const large = dockerfile('RUN head -c 300000000 /dev/urandom > /large');
  const number = await merge('2.0.0', { Dockerfile: large });
  const arriving = (): number => {
    const parts = globSync(`${data}/images/docker/registry/v2/repositories/*/_uploads/*/data`);
    return Math.max(0, ...parts.map((file) => statSync(file, { throwIfNoEntry: false })?.size ?? 0));
  };
  await until('half of it is on its way', () => arriving() > 50 * mib);
  const { docker } = connectEngine({ DOCKER_HOST: engineHost() });
  const label = `org.opencontainers.image.version=2.0.0`;
  const images = await docker.listImages({ filters: { label: [label], dangling: ['false'] } });
  const [image] = images.filter(({ Labels: labels }) => labels['org.opencontainers.image.source']?.endsWith(service));
  process.kill(Number(await readFile(path.join(data, 'registry.pid'), 'utf8')), 'SIGKILL');
  const { status } = await runCommand(registryCommand, ['status', '--data', data], environment);
  assert.equal(status, 1);
  assert.equal(await client.digest(service, '2.0.0', never).catch(() => 'nobody answers'), 'nobody answers');
  await registry('up');

  const { checks } = await settledPull(repository, number);
  assert.deepEqual([...new Set(checks.map(({ conclusion }) => conclusion))], ['success']);
  assert.equal(await client.digest(service, '1.0.0', never), first);
  const manifest = await client.manifest(service, '2.0.0', never);
  // The id of an image is the digest of its configuration.
  assert.equal(JSON.parse(Buffer.from(manifest?.bytes ?? '').toString()).config.digest, image?.Id);
  assert.deepEqual((await client.tags(service, never)).toSorted(), ['1.0.0', '2.0.0']);
});
