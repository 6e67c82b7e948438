import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { it } from 'node:test';
import { promisify } from 'node:util';
import { backupCommand } from '../../src/commands/backup.ts';
import type { SlipwayError } from '../../src/errors.ts';
import { startGitHub } from '../github/start-github.ts';
import { orders, settledPull } from '../support/orders.ts';
import { startTestSlipway } from '../support/start-test-slipway.ts';
import { until } from '../support/until.ts';

const run = promisify(execFile);

it('a backup of a running server brings everything back when its data folder is lost', async (test) => {
  const root = await mkdtemp(path.join(tmpdir(), 'slipway-backup-'));
  test.after(() => rm(root, { recursive: true, force: true }));
  const dataDir = path.join(root, 'data');
  await mkdir(dataDir);
  await writeFile(path.join(dataDir, 'app.env'), 'APP_ID=1\n', { mode: 0o600 });
  const environment = { DATA_DIR: dataDir };
  const github = await startGitHub();
  test.after(() => github.stop());
  const repository = await orders(github);
  const backup = async (file: string) => {
    const said: string[] = [];
    const terminal = { out: (text: string) => void said.push(text), err: () => undefined, live: false };
    const signal = new AbortController().signal;
    await backupCommand([path.join(root, file)], { environment, terminal, signal });
    return said.join('');
  };
  const failsWith = (code: string, message: RegExp) => (error: SlipwayError) =>
    error.code === code && message.test(error.message);

  await assert.rejects(backup('none.tar.gz'), failsWith('store-failed', /Expected the embedded store.*found none/));

  const first = await startTestSlipway(github, { environment });
  const pull = await repository.openPullRequest({ title: 'one', files: { one: '1' }, labels: ['version:1.0.0'] });
  await repository.merge(pull.number);
  const { comment } = await settledPull(repository, pull.number);
  assert.equal((await stat(path.join(dataDir, 'admin.sock'))).mode & 0o777, 0o600);
  assert.match(await backup('running.tar.gz'), /running\.tar\.gz: \d+ bytes/);
  assert.equal((await stat(path.join(root, 'running.tar.gz'))).mode & 0o777, 0o600);
  await assert.rejects(backup('running.tar.gz'), failsWith('bad-usage', /a file that is not there yet/));
  await first.stop();
  await backup('stopped.tar.gz');
  assert.deepEqual((await readdir(root)).sort(), ['data', 'running.tar.gz', 'stopped.tar.gz']);
  assert.deepEqual(
    (await readdir(dataDir)).filter((name) => name.startsWith('backup-')),
    [],
  );

  for (const file of ['running.tar.gz', 'stopped.tar.gz']) {
    await rm(dataDir, { recursive: true });
    await mkdir(dataDir);
    await run('tar', ['-xzf', path.join(root, file), '-C', dataDir]);
    assert.equal((await stat(path.join(dataDir, 'app.env'))).mode & 0o777, 0o600);
    const again = await startTestSlipway(github, { environment });
    // The same merge is known, so nothing is planned or built; its build is on the page.
    await github.send(repository.payload(pull.number, 'closed'));
    await until('the merge is known', () => again.logLines.some((line) => line.includes('merge was taken in before')));
    assert.match(await (await fetch(`${again.url}/builds`)).text(), new RegExp(`${repository.service}:1\\.0\\.0`));
    assert.ok(!again.logLines.some((line) => line.includes('"phase build"')));
    await again.stop();
  }
  assert.deepEqual(repository.comments(pull.number), [comment]);
  github.assertNoViolations();
});

it('a backup that cannot be written says so and leaves nothing behind', async (test) => {
  const root = await mkdtemp(path.join(tmpdir(), 'slipway-backup-'));
  test.after(() => rm(root, { recursive: true, force: true }));
  const terminal = { out: () => undefined, err: () => undefined, live: false };
  const { signal } = new AbortController();
  const ask = (environment: Record<string, string>, ...args: string[]) =>
    backupCommand(args, { environment, terminal, signal });
  await assert.rejects(ask({ DATABASE_URL: 'postgres://localhost/slipway' }, 'file'), /PostgreSQL/);
  await assert.rejects(ask({}), /Expected one file, found 0/);
  const pgdata = path.join(root, 'store', 'pgdata');
  await mkdir(pgdata, { recursive: true });
  await writeFile(path.join(pgdata, 'PG_VERSION'), '18\n');
  await chmod(pgdata, 0o700);
  await assert.rejects(ask({ DATA_DIR: root }, path.join(root, 'no', 'folder.tar.gz')), /could not be written/);
  assert.deepEqual((await readdir(root)).sort(), ['store']);
});
