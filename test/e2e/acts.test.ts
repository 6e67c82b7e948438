import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { OutgoingHttpHeaders } from 'node:http';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it, type TestContext } from 'node:test';
import { promisify } from 'node:util';
import { connectEngine } from '../../src/build/docker/connect-engine.ts';
import { type GitHubStandIn, startGitHub } from '../github/start-github.ts';
import { startFront } from '../support/front.ts';
import { inspectImage } from '../support/look-into-image.ts';
import { dockerfile, mergeChecks, orders, settledPull } from '../support/orders.ts';
import { engineHost, registryAddress } from '../support/parts.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { startTestSlipway, type TestOptions, type TestSlipway } from '../support/start-test-slipway.ts';
import { until } from '../support/until.ts';

const run = promisify(execFile);

let postgres: TestPostgres;
before(async () => {
  postgres = await startPostgres();
});
after(() => postgres?.stop());

async function start(
  test: TestContext,
  options: TestOptions = {},
): Promise<{ github: GitHubStandIn; slipway: TestSlipway }> {
  const github = await startGitHub();
  test.after(() => github.stop());
  const environment = { DATABASE_URL: await postgres.database(), ...options.environment };
  const slipway = await startTestSlipway(github, { ...options, environment });
  test.after(() => slipway.stop());
  return { github, slipway };
}

async function mergeOne(github: GitHubStandIn, files: Record<string, string> = {}) {
  const repository = await orders(github, { files });
  const pull = await repository.openPullRequest({ title: 'One', files: { a: '1' }, labels: ['version:1.0.0'] });
  const { mergeCommit } = await repository.merge(pull.number);
  const reference = `${registryAddress()}/${repository.service}:1.0.0`;
  return {
    repository,
    number: pull.number,
    mergeCommit,
    reference,
    verdict: () => settledPull(repository, pull.number),
  };
}

type One = Awaited<ReturnType<typeof mergeOne>>;

const buildId = ({ repository }: One): string =>
  mergeChecks(repository)
    .at(-1)
    ?.details_url?.match(/builds\/([\w-]+)/)?.[1] ?? assert.fail('no link to a build');

const showsCheck = (one: One, title: RegExp) =>
  until(`a check says ${title}`, () =>
    mergeChecks(one.repository).some(({ output }) => title.test(output.title ?? '')),
  );

const logOf = async (slipway: TestSlipway, id: string) => await (await fetch(`${slipway.url}/builds/${id}/log`)).text();

/** How many processes with this in their command line run in the engine's containers. */
async function steps(marker: string): Promise<number> {
  const { docker } = connectEngine({ DOCKER_HOST: engineHost() });
  const running = await docker.listContainers({ all: false });
  return running.filter(({ Command: command }) => command.includes(marker)).length;
}

describe('what people do to builds', { concurrency: 4 }, () => {
  it('a cancelled build stops in the engine and is built again by a Rebuild', async (test) => {
    const { github, slipway } = await start(test, { environment: { DOCKER_BUILDKIT: '0' } });
    const marker = `sleep 31${process.pid}`;
    const one = await mergeOne(github, { Dockerfile: dockerfile(`RUN test -e /tmp/never || ${marker}`) });
    await until('the step runs', async () => (await steps(marker)) === 1);
    await showsCheck(one, /step \d of \d|build/);
    const id = buildId(one);
    const run = mergeChecks(one.repository).at(-1) ?? assert.fail('no check');
    await one.repository.clickAction(run.id, 'cancel', 'outsider');
    await until('it is told why nothing happens', () =>
      slipway.logLines.some((line) => /no write permission/.test(line)),
    );
    await one.repository.clickAction(run.id, 'cancel', one.repository.owner);
    const { checks, comment } = await one.verdict();
    assert.ok(checks.every(({ conclusion }) => conclusion === 'cancelled'));
    assert.match(comment.body, /Cancelled by acme/);
    assert.equal(await steps(marker), 0);
    assert.equal(await slipway.actions.cancel(id, 'ada'), 'ended');

    const again = await slipway.actions.rebuild(id, { noCache: true, by: 'ada' });
    assert.ok('buildId' in again);
    assert.match(await logOf(slipway, again.buildId), /Rebuild without cache of .*, asked for by ada/);
    await until('the step runs again', async () => (await steps(marker)) === 1);
    assert.equal(await slipway.actions.cancel(again.buildId, 'ada'), 'cancelling');
    await until(
      'the second verdict',
      () => mergeChecks(one.repository).filter(({ conclusion }) => conclusion === 'cancelled').length === 4,
    );
    assert.equal(one.repository.comments(one.number).length, 1);
    github.assertNoViolations();
  });

  it('a Rebuild of a failed build publishes from the same merge commit, and no published version is built again', async (test) => {
    let broken = true;
    const front = await startFront({
      target: registryAddress(),
      answer(_, response) {
        if (broken) response.writeHead(503).end();
        return broken;
      },
    });
    test.after(() => front.stop());
    const { github, slipway } = await start(test, { environment: { REGISTRY: front.address } });
    const one = await mergeOne(github);
    const { checks } = await one.verdict();
    assert.ok(checks.every(({ conclusion }) => conclusion === 'failure'));
    broken = false;
    assert.ok('buildId' in (await slipway.actions.rebuild(buildId(one), { noCache: false, by: 'ada' })));
    await showsCheck(one, /published in/);
    const { comment } = await one.verdict();
    assert.equal((await inspectImage(one.reference)).Labels['dev.slipway.commit'], one.mergeCommit);
    const refused = await slipway.actions.rebuild(buildId(one), { noCache: false, by: 'ada' });
    assert.ok('refused' in refused);
    assert.match(refused.refused, /published version is never built again/);
    await until('the comment tells the newest verdict', () =>
      one.repository.comments(one.number).some(({ id, body }) => id === comment.id && /docker pull/.test(body)),
    );
    assert.equal(one.repository.comments(one.number).length, 1);
  });

  it('a push that fails is repeated with the same image', async (test) => {
    let failures = 2;
    const front = await startFront({
      target: registryAddress(),
      answer({ method, path: asked }, response) {
        if (method !== 'PUT' || !asked.includes('/slipway-staging/manifests/') || failures === 0) return false;
        failures -= 1;
        response.writeHead(503).end();
        return true;
      },
    });
    test.after(() => front.stop());
    const { github, slipway } = await start(test, { environment: { REGISTRY: front.address }, tries: 8 });
    const one = await mergeOne(github, { Dockerfile: dockerfile('RUN head -c 32 /dev/urandom > /random') });
    await showsCheck(one, /published in/);
    assert.equal(failures, 0);
    const builds = slipway.logLines.filter((line) => line.includes('"phase build"'));
    assert.equal(builds.length, 1, 'built once');
    assert.match(await logOf(slipway, buildId(one)), /Try 1 of 8 of the phase push has failed/);
  });

  it('a version that is there is published, whatever the registry answered and whatever became of its worker', async (test) => {
    const front = await startFront({
      target: registryAddress(),
      answer({ method, path: asked }, response) {
        if (method !== 'PUT' || !/\/manifests\/1\.0\.0$/.test(asked)) return false;
        // The registry takes it, and its answer is lost on the way.
        const { writeHead } = response;
        response.writeHead = ((_: number, headers: OutgoingHttpHeaders) =>
          writeHead.call(response, 502, headers)) as never;
        return false;
      },
    });
    test.after(() => front.stop());
    const { github } = await start(test, { environment: { REGISTRY: front.address } });
    const one = await mergeOne(github, { '.github/slipway.yml': 'tags: [latest]\n' });
    const { checks, comment } = await one.verdict();
    assert.deepEqual(
      checks.map(({ conclusion }) => conclusion),
      ['success', 'success'],
      comment.body,
    );
    const image = await inspectImage(one.reference);
    assert.equal(image.Labels['dev.slipway.commit'], one.mergeCommit);
    const latest = await inspectImage(one.reference.replace(/1\.0\.0$/, 'latest'));
    assert.equal(latest.Digest, image.Digest, 'its tags move as well');
  });

  it('a build waits for an engine that does not answer, says so, and goes on when it does', async (test) => {
    const folder = await mkdtemp(path.join(tmpdir(), 'slipway-engine-'));
    test.after(() => rm(folder, { recursive: true, force: true }));
    const socket = path.join(folder, 'engine.sock');
    const { github, slipway } = await start(test, { environment: { DOCKER_HOST: `unix://${socket}` } });
    const one = await mergeOne(github);
    await showsCheck(one, /waits for the engine/);
    const ready = (await (await fetch(`${slipway.url}/readyz`)).json()) as { engine: string };
    assert.notEqual(ready.engine, 'ok');
    const clients = new Set<Socket>();
    const way = createServer((client) => {
      clients.add(client);
      const engine = connect(engineHost().replace('unix://', ''));
      client.pipe(engine).pipe(client);
      client.on('error', () => engine.destroy());
      engine.on('error', () => client.destroy());
    });
    way.listen(socket);
    test.after(() => {
      way.close();
      for (const client of clients) client.destroy();
    });
    const { checks } = await one.verdict();
    assert.ok(checks.every(({ conclusion }) => conclusion === 'success'));
  });

  it('a build waits while a disk has too little room, says so, and goes on when it has', async (test) => {
    const folder = await mkdtemp(path.join(tmpdir(), 'slipway-disk-'));
    await run('mount', ['-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', folder]);
    test.after(async () => {
      await run('umount', [folder]);
      await rm(folder, { recursive: true });
    });
    const filler = path.join(folder, 'filler');
    await writeFile(filler, Buffer.alloc(62 * 2 ** 20));
    // A third of what 85 % leaves is 3.2 MiB.
    const environment = { DATA_DIR: folder, DISK_HIGH: '85%' };
    const { github, slipway } = await start(test, { environment });
    const one = await mergeOne(github);
    await showsCheck(one, /waits for the disk/);
    const ready = await fetch(`${slipway.url}/readyz`);
    assert.equal(ready.status, 200, 'deliveries are taken in');
    assert.equal(((await ready.json()) as { disk: string }).disk, 'degraded');
    const page = await (await fetch(`${slipway.url}/builds/${buildId(one)}`)).text();
    assert.match(page, /It waits for the disk/);
    await rm(filler);
    const { checks } = await one.verdict();
    assert.ok(checks.every(({ conclusion }) => conclusion === 'success'));
  });

  it('a build that takes too long says in which step, and is not tried again', async (test) => {
    const { github } = await start(test, { environment: { BUILD_TIMEOUT: '3s' }, tries: 3 });
    const one = await mergeOne(github, { Dockerfile: dockerfile('RUN sleep 600') });
    const { checks, comment } = await one.verdict();
    assert.ok(checks.every(({ conclusion }) => conclusion === 'timed_out'));
    assert.match(comment.body, /in the phase build, in the step .*RUN sleep 600/);
  });

  it('a server that stops gives its build back without spending a try', async (test) => {
    const database = await postgres.database();
    const environment = { DATABASE_URL: database, SHUTDOWN_GRACE: '1s' };
    const { github, slipway } = await start(test, { environment });
    const one = await mergeOne(github, { Dockerfile: dockerfile('RUN sleep 8') });
    await until('the build runs', () => slipway.logLines.some((line) => line.includes('"phase build"')));
    await slipway.stop();
    const second = await startTestSlipway(github, { environment });
    test.after(() => second.stop());
    const { checks } = await one.verdict();
    assert.ok(checks.every(({ conclusion }) => conclusion === 'success'));
    assert.doesNotMatch(await logOf(second, buildId(one)), /Try 1 of/);
  });

  it('a server that stops while the registry does not answer gives its build back too', async (test) => {
    let held = 0;
    let holds = true;
    const front = await startFront({
      target: registryAddress(),
      answer({ method, path: asked }) {
        const isHeld = holds && method === 'GET' && asked.includes('/slipway-staging/manifests/');
        if (isHeld) held += 1;
        return isHeld;
      },
    });
    test.after(() => front.stop());
    const environment = { DATABASE_URL: await postgres.database(), SHUTDOWN_GRACE: '1s', REGISTRY: front.address };
    const { github, slipway } = await start(test, { environment });
    const one = await mergeOne(github);
    await until('the registry is asked for what was staged', () => held > 0);
    await slipway.stop();
    holds = false;
    const second = await startTestSlipway(github, { environment });
    test.after(() => second.stop());
    const { checks } = await one.verdict();
    assert.ok(checks.every(({ conclusion }) => conclusion === 'success'));
    assert.doesNotMatch(await logOf(second, buildId(one)), /Try 1 of/);
  });
});
