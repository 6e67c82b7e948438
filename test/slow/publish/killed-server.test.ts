import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { it } from 'node:test';
import { startGitHub } from '../../github/start-github.ts';
import { inspectImage } from '../../support/look-into-image.ts';
import { dockerfile, orders, settledPull } from '../../support/orders.ts';
import { registryAddress } from '../../support/parts.ts';
import { endServer, startServerProcess } from '../../support/server-process.ts';
import { until } from '../../support/until.ts';

it('a server that is killed goes on where it stopped: one version, one comment, no check left running', async (test) => {
  const github = await startGitHub({ basePath: '/api/v3' });
  test.after(() => github.stop());
  const dataDir = await mkdtemp(path.join(tmpdir(), 'slipway-killed-'));
  test.after(() => rm(dataDir, { recursive: true, force: true }));
  let server = await startServerProcess(github, dataDir);
  test.after(() => server.child.kill('SIGKILL'));
  const repository = await orders(github, { files: { Dockerfile: dockerfile('COPY . /srv', 'RUN sleep 2') } });

  const points = ['merge taken in', 'planned', 'phase build', 'phase push', 'published'];
  for (const [index, point] of points.entries()) {
    const version = `${index + 1}.0.0`;
    const pull = await repository.openPullRequest({ title: point, files: { a: point }, labels: [version] });
    const before = server.said.length;
    const { mergeCommit } = await repository.merge(pull.number);
    await until(`the server says "${point}"`, () => server.said.slice(before).some((line) => line.startsWith(point)));
    await endServer(server, 'SIGKILL');
    server = await startServerProcess(github, dataDir);
    const { checks } = await settledPull(repository, pull.number);
    assert.deepEqual(
      checks.map(({ conclusion }) => conclusion),
      ['success', 'success'],
      `killed at "${point}"`,
    );
    assert.equal(repository.comments(pull.number).length, 1);
    const { Labels: labels } = await inspectImage(`${registryAddress()}/${repository.service}:${version}`);
    assert.equal(labels['dev.slipway.commit'], mergeCommit);
  }
  assert.equal(await endServer(server, 'SIGTERM'), 0);
  github.assertNoViolations();
});
