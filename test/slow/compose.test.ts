import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { openRunFolder } from '../../scripts/parts/open-run-folder.ts';
import { startEngine } from '../../scripts/parts/start-engine.ts';
import { type GitHubStandIn, startGitHub } from '../github/start-github.ts';
import { boundedRuntime } from '../support/compose/bounded-runtime.ts';
import { buildSlipwayImage } from '../support/compose/build-slipway-image.ts';
import { type Docker, dockerOn, makeStandIns } from '../support/compose/make-stand-ins.ts';
import { freePort } from '../support/free-port.ts';
import { makeApp } from '../support/make-app.ts';
import { orders, settledPull } from '../support/orders.ts';
import { baseImage, engineHost } from '../support/parts.ts';
import { plainBrowser } from '../support/plain-browser.ts';
import { until } from '../support/until.ts';

const root = path.join(import.meta.dirname, '../..');
const run = promisify(execFile);
const mostOutput = 2 ** 26;

describe('compose.yaml', () => {
  const releasers: (() => Promise<unknown>)[] = [];
  let docker: Docker;
  let compose: (...args: string[]) => Promise<string>;
  let github: GitHubStandIn;
  let port: number;
  let project: string;
  let registry: string;
  let slipwayImage: Awaited<ReturnType<typeof buildSlipwayImage>>;

  /** In the engine of compose.yaml, which knows the registry by its name. */
  const inEngine = (...args: string[]) => compose('exec', '-T', 'engine', 'docker', ...args);
  const isReady = (): Promise<true> =>
    until('slipway is ready', async () => {
      const response = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined);
      const {
        ready,
        engine,
        registry: itsState,
      } = ((await response?.json().catch(() => ({}))) ?? {}) as Record<string, unknown>;
      return ready === true && engine === 'ok' && itsState === 'ok';
    });

  before(async () => {
    const folder = await openRunFolder();
    releasers.push(folder.close);
    const engine = await startEngine(folder, await boundedRuntime(folder.short));
    releasers.push(engine.stop);
    docker = dockerOn(engine.host);
    const made = await mkdtemp(path.join(folder.state, 'images-'));
    const base = await makeStandIns(docker, made);
    slipwayImage = await buildSlipwayImage(engine.host, base, 'slipway:local');

    // Containers reach this machine at the engine's bridge. Node.js lists no bridge that has no container yet.
    const { stdout: bridge } = await run('ip', ['-json', 'address', 'show', 'dev', folder.name]);
    const [{ addr_info: addresses }] = JSON.parse(bridge) as [{ addr_info: { local: string }[] }];
    const address = addresses[0]?.local ?? '';
    github = await startGitHub({ basePath: '/api/v3', host: address });
    releasers.push(() => github.stop());

    project = await mkdtemp(path.join(tmpdir(), 'slipway-compose-'));
    releasers.push(() => rm(project, { recursive: true }));
    await copyFile(path.join(root, 'compose.yaml'), path.join(project, 'compose.yaml'));
    port = await freePort();
    const registryPort = await freePort();
    registry = `registry.lan:${registryPort}`;
    const settings = {
      POSTGRES_PASSWORD: randomBytes(16).toString('hex'),
      PORT: port,
      REGISTRY_PORT: registryPort,
      PUBLIC_URL: `http://slipway.test:${port}`,
      GHE_HOST: new URL(github.webUrl).host,
      GHE_PROTOCOL: 'http',
    };
    const lines = Object.entries(settings).map(([key, value]) => `${key}=${value}\n`);
    await writeFile(path.join(project, '.env'), lines.join(''));
    const env = { PATH: process.env.PATH, HOME: project, DOCKER_HOST: engine.host };
    compose = async (...args) =>
      (await run('docker-compose', ['--project-name=slipway', ...args], { cwd: project, env, maxBuffer: mostOutput }))
        .stdout;
    releasers.push(() => compose('down', '--volumes'));
  });
  after(async () => {
    for (const release of releasers.reverse()) await release();
  });

  it('is the whole installation: from nothing to a published image, and everything is there after down and up', async (test) => {
    const { seconds, bytes, own } = slipwayImage;
    const megabytes = (size: number) => `${Math.round(size / 1e6)} MB`;
    test.diagnostic(
      `Slipway's image: ${megabytes(bytes)}, ${megabytes(own)} of it ours, built in ${seconds.toFixed(0)} s`,
    );

    await compose('up', '--detach', '--no-build');
    const log = await until('the token in the log', async () => {
      const text = await compose('logs', '--no-color', 'slipway');
      return /one-time token (\S+?)"/.exec(text)?.[1];
    });
    const browser = plainBrowser({ [`slipway.test:${port}`]: `127.0.0.1:${port}` });
    await makeApp(await browser.open(`http://127.0.0.1:${port}`), log);
    await isReady();
    github.deliverTo(`http://127.0.0.1:${port}/api/github/webhooks`);

    const password = (await compose('exec', '-T', 'slipway', 'cat', '/credentials/password')).trim();
    await inEngine('login', '--username=slipway', `--password=${password}`, registry);
    const saved = path.join(project, 'base.tar');
    await dockerOn(engineHost())('save', '--output', saved, baseImage());
    await docker('cp', saved, `${(await compose('ps', '--quiet', 'engine')).trim()}:/tmp/base.tar`);
    await inEngine('load', '--input', '/tmp/base.tar');
    await inEngine('tag', baseImage(), `${registry}/base:1`);
    await inEngine('push', `${registry}/base:1`);

    const dockerfile = `FROM ${registry}/base:1\nRUN echo built > /note\nCMD ["cat", "/note"]\n`;
    const repository = await orders(github, { service: 'orders', files: { Dockerfile: dockerfile } });
    const pull = await repository.openPullRequest({ title: 'First', files: { a: '1' }, labels: ['version:1.0.0'] });
    const { delivery } = await repository.merge(pull.number);
    assert.equal(delivery?.statusCode, 200, delivery?.responseBody);
    const first = await settledPull(repository, pull.number);
    assert.ok(
      first.checks.every(({ conclusion }) => conclusion === 'success'),
      first.comment.body,
    );
    const [reference = ''] = /\S+\/orders@sha256:[0-9a-f]{64}/.exec(first.comment.body) ?? [];
    assert.ok(reference.startsWith(`${registry}/orders@`), first.comment.body);
    await inEngine('pull', reference);
    assert.equal((await inEngine('run', '--rm', reference)).trim(), 'built');

    await compose('stop', 'slipway');
    const slipway = (await compose('ps', '--all', '--quiet', 'slipway')).trim();
    assert.equal(await docker('inspect', '--format={{.State.ExitCode}}', slipway), '0', 'it ends in order');
    await compose('down');
    assert.equal(await docker('ps', '--all', '--quiet'), '');

    await compose('up', '--detach', '--no-build');
    await isReady();
    const page = await fetch(`http://127.0.0.1:${port}/builds`);
    assert.match(await page.text(), /orders[\s\S]*1\.0\.0/);
    await inEngine('login', '--username=slipway', `--password=${password}`, registry);
    await inEngine('pull', reference);

    // As after a new image: the engine makes its certificates anew, and the running Slipway knows them.
    await compose('up', '--detach', '--no-build', '--no-deps', '--force-recreate', 'engine');
    const next = await repository.openPullRequest({ title: 'Second', files: { b: '1' }, labels: ['patch'] });
    await repository.merge(next.number);
    const { comment } = await settledPull(repository, next.number);
    assert.ok(comment.body.includes(`docker pull ${registry}/orders:1.0.1`), comment.body);
    github.assertNoViolations();
  });

  it('keeps the parts apart: builds see no database, nobody but the engine is privileged, and Slipway is not root', async () => {
    await assert.rejects(compose('exec', '-T', 'engine', 'getent', 'hosts', 'postgres'));
    const ids = (await compose('ps', '--quiet')).trim().split('\n');
    const format =
      '{{index .Config.Labels "com.docker.compose.service"}} {{.HostConfig.Privileged}} {{.HostConfig.Binds}}';
    const containers = (await docker('inspect', `--format=${format}`, ...ids)).split('\n');
    assert.deepEqual(
      containers.filter((line) => line.includes(' true ')).map((line) => line.split(' ')[0]),
      ['engine'],
    );
    assert.ok(!containers.some((line) => line.includes('docker.sock')), containers.join('\n'));
    const user = 'process.stdout.write(String(process.getuid()))';
    assert.equal(await compose('exec', '-T', 'slipway', 'node', '-e', user), '1000');
    // The authority's key could make certificates for other names.
    const seen = await compose('exec', '-T', 'engine', 'find', '/etc/docker/certs.d', '-type', 'f');
    assert.deepEqual(seen.trim().split('\n'), [`/etc/docker/certs.d/${registry}/ca.crt`]);
  });
});
