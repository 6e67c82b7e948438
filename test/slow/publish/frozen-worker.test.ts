import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { it } from 'node:test';
import { chaosServer } from '../../chaos/chaos-server.ts';
import { startGitHub } from '../../github/start-github.ts';
import { startFront } from '../../support/front.ts';
import { inspectImage } from '../../support/look-into-image.ts';
import { orders, settledPull } from '../../support/orders.ts';
import { startPostgres } from '../../support/postgres.ts';
import { startRegistry } from '../../support/registries.ts';
import { testEnvironment } from '../../support/start-test-slipway.ts';
import { until } from '../../support/until.ts';

it('a worker that is frozen in the middle of a push and woken later puts no manifest and reports nothing', async (test) => {
  const root = await mkdtemp(path.join(tmpdir(), 'slipway-frozen-'));
  const releasers: (() => Promise<unknown>)[] = [];
  test.after(async () => {
    for (const release of releasers.toReversed()) await release();
  });
  releasers.push(() => rm(root, { recursive: true, force: true }));
  const postgres = await startPostgres();
  releasers.push(() => postgres.stop());
  const github = await startGitHub({ basePath: '/api/v3' });
  releasers.push(() => github.stop());
  const registry = await startRegistry({});
  releasers.push(() => registry.stop());
  let freeze: (() => void) | undefined;
  const front = await startFront({
    target: registry.address,
    answer({ method, path: asked }) {
      if (method === 'POST' && asked.startsWith('/v2/slipway-staging/blobs/uploads')) freeze?.();
      return false;
    },
  });
  releasers.push(() => front.stop());
  const environment = { ...process.env, REGISTRY: front.address, DATABASE_URL: await postgres.database() };
  const worker = (name: string) =>
    chaosServer({ ...testEnvironment(github, path.join(root, name)), ...environment }, (port) =>
      github.deliverTo(`http://127.0.0.1:${port}/api/github/webhooks`),
    );
  const [first, second] = [worker('first'), worker('second')];
  await first.start();
  // Frozen it obeys nothing else.
  releasers.push(() => first.kill());
  const repository = await orders(github);
  const frozen = new Promise<void>((resolve) => {
    freeze = () => {
      first.signal('SIGSTOP');
      freeze = undefined;
      resolve();
    };
  });
  const merge = async (version: string) => {
    const pull = await repository.openPullRequest({ title: version, files: { version }, labels: [version] });
    await repository.merge(pull.number);
    return pull.number;
  };
  const number = await merge('1.0.0');
  await frozen;
  await second.start();
  releasers.push(() => second.stop());
  // Half a minute until the worker counts as dead, and then the build once more, on a machine that may be busy.
  const { comment, checks } = await settledPull(repository, number, 240_000);
  await until('its report is delivered', () => second.lines.some(({ msg }) => msg === 'reported'));

  const written = github.requests.length;
  const digest = (await inspectImage(`${registry.address}/${repository.service}:1.0.0`)).Digest;
  first.signal('SIGCONT');
  await until('the first one finds that it has lost the build', () =>
    first.lines.some(({ err }) => err?.code === 'lease-lost'),
  );
  // It is well, and takes the next build, when nobody else does.
  await second.stop();
  await first.kill();
  await first.start();
  await settledPull(repository, await merge('1.1.0'));

  const puts = front.exchanges.filter(
    ({ method, path: asked }) => method === 'PUT' && asked === `/v2/${repository.service}/manifests/1.0.0`,
  );
  assert.equal(puts.length, 1);
  assert.equal((await inspectImage(`${registry.address}/${repository.service}:1.0.0`)).Digest, digest);
  assert.ok(!first.lines.some(({ msg }) => msg.endsWith(':1.0.0 published')));
  assert.deepEqual(repository.comments(number), [comment]);
  assert.deepEqual((await settledPull(repository, number)).checks, checks);
  const late = github.requests
    .slice(written)
    .filter(({ path: asked }) => checks.some(({ id }) => asked.endsWith(`/check-runs/${id}`)));
  assert.deepEqual(late, []);
  github.assertNoViolations();
});
