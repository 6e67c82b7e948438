import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { it } from 'node:test';
import { type GitHubStandIn, startGitHub } from '../../github/start-github.ts';
import { inspectImage } from '../../support/look-into-image.ts';
import { dockerfile, orders, settledPull } from '../../support/orders.ts';
import { registryAddress } from '../../support/parts.ts';
import { testEnvironment } from '../../support/start-test-slipway.ts';
import { until } from '../../support/until.ts';

const main = path.join(import.meta.dirname, '../../../src/main.ts');

type Server = { readonly child: ChildProcess; readonly said: string[] };

async function start(github: GitHubStandIn, dataDir: string): Promise<Server> {
  const environment = { ...process.env, ...testEnvironment(github, dataDir) };
  const child = spawn(process.execPath, [main, 'serve'], { env: environment, stdio: ['ignore', 'pipe', 'inherit'] });
  const said: string[] = [];
  let port: number | undefined;
  createInterface({ input: child.stdout }).on('line', (line) => {
    const entry = JSON.parse(line);
    said.push(entry.msg);
    if (entry.msg === 'slipway is ready') port = entry.port;
  });
  await until('the server is ready', () => port !== undefined || child.exitCode !== null);
  github.deliverTo(`http://127.0.0.1:${port}/api/github/webhooks`);
  return { child, said };
}

async function end({ child }: Server, signal: NodeJS.Signals): Promise<unknown> {
  const ended = once(child, 'exit');
  child.kill(signal);
  const [status] = await ended;
  return status;
}

it('a server that is killed goes on where it stopped: one version, one comment, no check left running', async (test) => {
  const github = await startGitHub({ basePath: '/api/v3' });
  test.after(() => github.stop());
  const dataDir = await mkdtemp(path.join(tmpdir(), 'slipway-killed-'));
  test.after(() => rm(dataDir, { recursive: true, force: true }));
  let server = await start(github, dataDir);
  test.after(() => server.child.kill('SIGKILL'));
  const repository = await orders(github, { files: { Dockerfile: dockerfile('COPY . /srv', 'RUN sleep 2') } });

  const points = ['merge taken in', 'planned', 'phase build', 'phase push', 'published'];
  for (const [index, point] of points.entries()) {
    const version = `${index + 1}.0.0`;
    const pull = await repository.openPullRequest({ title: point, files: { a: point }, labels: [version] });
    const before = server.said.length;
    const { mergeCommit } = await repository.merge(pull.number);
    await until(`the server says "${point}"`, () => server.said.slice(before).some((line) => line.startsWith(point)));
    await end(server, 'SIGKILL');
    server = await start(github, dataDir);
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
  assert.equal(await end(server, 'SIGTERM'), 0);
  github.assertNoViolations();
});
