import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, describe, it } from 'node:test';
import { boundToParent } from '../../scripts/parts/own-namespace.ts';
import { type GitHubStandIn, startGitHub } from '../github/start-github.ts';
import { freePort } from '../support/free-port.ts';
import { inspectImage } from '../support/look-into-image.ts';
import { makeApp } from '../support/make-app.ts';
import { orders, settledPull } from '../support/orders.ts';
import { engineHost, registryAddress } from '../support/parts.ts';
import { plainBrowser } from '../support/plain-browser.ts';
import { until } from '../support/until.ts';

const main = path.join(import.meta.dirname, '../../src/main.ts');

describe('a server without a GitHub App', () => {
  let github: GitHubStandIn;
  let folder: string;
  let port: number;
  let child: ChildProcess | undefined;
  const lines: { msg: string; level: string }[] = [];
  const said = (words: string) => until(words, () => lines.find(({ msg }) => msg.includes(words)));

  function start(other: Record<string, string> = {}): void {
    const [file = '', ...args] = boundToParent([process.execPath, main, 'serve']);
    const env = {
      PATH: process.env.PATH,
      GHE_HOST: new URL(github.webUrl).host,
      GHE_PROTOCOL: 'http',
      HOST: '127.0.0.1',
      PORT: String(port),
      PUBLIC_URL: `http://slipway.test:${port}`,
      REGISTRY: registryAddress(),
      DOCKER_HOST: engineHost(),
      // Compose files and .env.example leave these behind.
      APP_ID: '',
      WEBHOOK_SECRET: '',
      ...other,
    };
    lines.length = 0;
    child = spawn(file, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'inherit'] });
    if (child.stdout === null) throw new Error('the server has no output');
    createInterface({ input: child.stdout }).on('line', (line) => lines.push(JSON.parse(line)));
  }
  async function toldToken(): Promise<string> {
    const { msg } = await said('one-time token');
    return /token (\S+)$/.exec(msg)?.[1] ?? '';
  }
  async function stop(): Promise<void> {
    if (child === undefined || child.exitCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  }
  async function publish(version: string): Promise<void> {
    const repository = await orders(github);
    const pull = await repository.openPullRequest({ title: 'First', files: { a: '1' }, labels: [version] });
    const { delivery } = await repository.merge(pull.number);
    assert.equal(delivery?.statusCode, 200);
    const { checks } = await settledPull(repository, pull.number);
    assert.ok(checks.every(({ conclusion }) => conclusion === 'success'));
    await inspectImage(`${registryAddress()}/${repository.service}:${version}`);
  }

  before(async () => {
    github = await startGitHub({ basePath: '/api/v3', appOwner: 'nobody-yet' });
    folder = await mkdtemp(path.join(tmpdir(), 'slipway-set-up-'));
    port = await freePort();
    start();
  });
  after(async () => {
    await stop();
    await github?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('gets one through its page, and goes on to a published version without a restart', async () => {
    const token = await toldToken();
    const base = `http://127.0.0.1:${port}`;
    github.deliverTo(`${base}/api/github/webhooks`);
    const early = await github.ping();
    assert.equal(early?.statusCode, 503);
    assert.match(early.responseBody, /no GitHub App yet/);
    assert.equal((await fetch(`${base}/healthz`)).status, 200);
    assert.equal((await fetch(`${base}/readyz`)).status, 503);

    const door = await plainBrowser({ [`slipway.test:${port}`]: `127.0.0.1:${port}` }).open(base);
    assert.equal((await door.submit('/setup', { token: 'guessed' })).status, 403);
    const done = await makeApp(door, token);
    assert.ok(done.text.includes(`${github.webUrl}/apps/slipway/installations/new`), done.text);
    assert.ok(!github.requests.some((one) => one.path.includes(token)));

    await said('slipway is ready');
    assert.ok(!lines.some(({ msg: line }) => line.includes('PRIVATE KEY')));
    const file = path.join(folder, 'data', 'app.env');
    assert.equal((await stat(file)).mode & 0o777, 0o600);
    assert.match(await readFile(file, 'utf8'), new RegExp(`^APP_ID="${github.appId}"$`, 'm'));
    assert.equal((await fetch(`${base}/setup`)).status, 404);

    github.deliverTo(`${base}/api/github/webhooks`);
    await publish('1.0.0');
    github.assertNoViolations();
  });

  it('has it at the next start', async () => {
    await stop();
    start();
    await said('slipway is ready');
    await publish('1.1.0');
    github.assertNoViolations();
  });

  it('makes no App whose webhooks could not reach it, unless they come through a channel', async () => {
    const DATA_DIR = path.join(folder, 'another');
    const own = `http://127.0.0.1:${port}`;
    const enter = async () => {
      const token = await toldToken();
      return (await plainBrowser().open(own)).submit('/setup', { token });
    };
    for (const host of ['localhost', '0.0.0.0', '[::1]']) {
      await stop();
      start({ DATA_DIR, PUBLIC_URL: `http://${host}:${port}` });
      await said('GitHub cannot reach PUBLIC_URL');
    }
    await stop();
    start({ DATA_DIR, PUBLIC_URL: own });
    assert.equal((await enter()).status, 409);
    await stop();
    start({ DATA_DIR, PUBLIC_URL: own, WEBHOOK_PROXY_URL: 'https://smee.io/of-my-own' });
    const page = await enter();
    assert.equal(page.status, 200);
    assert.ok(page.text.includes('<dd>https://smee.io/of-my-own</dd>'), page.text);
  });

  it('overwrites no App that another server has kept in the same folder meanwhile', async () => {
    await stop();
    start({ DATA_DIR: path.join(folder, 'shared') });
    const token = await toldToken();
    const base = `http://slipway.test:${port}`;
    const browser = plainBrowser({ [`slipway.test:${port}`]: `127.0.0.1:${port}` });
    const { text } = await (await browser.open(base)).submit('/setup', { token });
    const file = path.join(folder, 'shared', 'app.env');
    await writeFile(file, 'APP_ID="1"\n');
    const asked = github.requests.length;
    const late = await browser.open(`${base}/setup/callback?code=abc&state=${/state=([^"]+)"/.exec(text)?.[1]}`);
    assert.equal(late.status, 409);
    assert.match(late.text, /has an App already, in \S+app\.env/);
    assert.equal(await readFile(file, 'utf8'), 'APP_ID="1"\n');
    assert.equal(github.requests.length, asked, 'the code stays unused');
  });

  it('does not begin where another setting is wrong, or a part of an App is set', async () => {
    const DATA_DIR = path.join(folder, 'another');
    for (const wrong of [{ REGISTRY: '' }, { PORT: 'x' }, { APP_ID: '7' }, { WEBHOOK_SECRET: 'abc' }]) {
      await stop();
      start({ DATA_DIR, ...wrong });
      assert.ok(child);
      const [status] = await once(child, 'exit');
      assert.equal(status, 2, JSON.stringify(wrong));
    }
    assert.deepEqual(lines, []);
  });
});
