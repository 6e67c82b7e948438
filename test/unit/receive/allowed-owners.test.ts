import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { before, test } from 'node:test';
import { createMetrics } from '../../../src/metrics.ts';
import { allowedOwners } from '../../../src/receive/allowed-owners.ts';
import { createProbot } from '../../../src/receive/create-probot.ts';
import { makeAppKey } from '../../support/app-key.ts';
import { memoryLog } from '../../support/memory-log.ts';
import { memoryStore } from '../../support/memory-store.ts';

let privateKey: string;
before(() => {
  privateKey = makeAppKey();
});

/** The one route of GitHub's API that is asked here, answering what the test says. */
async function open(
  t: { after(fn: () => void): void },
  answer: RequestListener,
  given: { allowedOwners?: readonly string[]; remembered?: string; firstMs?: number } = {},
) {
  const asked: string[] = [];
  const github = createServer((req, res) => {
    asked.push(`${req.method} ${req.url} ${req.headers.authorization?.replace(/ .*/, '')}`);
    answer(req, res);
  }).listen(0, '127.0.0.1');
  await once(github, 'listening');
  t.after(() => {
    github.close();
    github.closeAllConnections();
  });
  const { log, lines, text } = memoryLog('info');
  const githubApi = `http://127.0.0.1:${(github.address() as AddressInfo).port}`;
  const app = await createProbot({
    settings: { appId: 1, privateKey, webhookSecret: 's', githubApi },
    log,
    metrics: createMetrics(),
  });
  const store = memoryStore();
  if (given.remembered !== undefined) store.values.set('app-owner:1', given.remembered);
  const owners = await allowedOwners({
    settings: { appId: 1, allowedOwners: given.allowedOwners },
    store,
    app,
    log,
    again: { firstMs: given.firstMs ?? 10, mostMs: 20 },
  });
  t.after(() => owners.stop());
  return { owners, store, asked, lines, text };
}

const owner =
  (login: string): RequestListener =>
  (_req, res) =>
    res.setHeader('content-type', 'application/json').end(JSON.stringify({ id: 1, slug: 'slipway', owner: { login } }));
const fail =
  (status: number): RequestListener =>
  (_req, res) =>
    res.writeHead(status, { 'content-type': 'application/json' }).end('{"message":"no"}');

test('accounts that are named in the settings are served, whatever their case, and GitHub is not asked', async (t) => {
  const { owners, asked } = await open(t, owner('acme'), { allowedOwners: ['Acme', 'globex'] });
  assert.equal(owners.isAllowed('aCME'), 'yes');
  assert.equal(owners.isAllowed('globex'), 'yes');
  assert.equal(owners.isAllowed('initech'), 'no');
  assert.equal(await owners.decide('GLOBEX'), true);
  assert.equal(await owners.decide('initech'), false);
  assert.deepEqual(asked, []);
});

test('without that setting the owner of the App is asked of GitHub with the App’s own token, and remembered', async (t) => {
  const { owners, asked, store } = await open(t, owner('Acme'));
  assert.equal(owners.isAllowed('acme'), 'unknown');
  assert.equal(await owners.decide('acme'), true);
  assert.equal(owners.isAllowed('acme'), 'yes');
  assert.equal(owners.isAllowed('globex'), 'no');
  assert.deepEqual(asked, ['GET /app bearer']);
  await t.waitFor(() => assert.equal(store.values.get('app-owner:1'), 'Acme'));
});

test('a remembered owner is known at once, without GitHub', async (t) => {
  const { owners } = await open(t, fail(500), { remembered: 'acme' });
  assert.equal(owners.isAllowed('ACME'), 'yes');
  assert.equal(await owners.decide('globex'), false);
});

test('an App that was handed to another account is served for that one after the next start', async (t) => {
  const { owners } = await open(t, owner('globex'), { remembered: 'acme' });
  await t.waitFor(() => assert.equal(owners.isAllowed('globex'), 'yes'));
  assert.equal(owners.isAllowed('acme'), 'no');
});

test('while GitHub does not answer it is asked again by itself, and a decision says that it cannot be made yet', async (t) => {
  let well = false;
  const { owners, asked, lines } = await open(t, (req, res) => (well ? owner('acme') : fail(502))(req, res));
  await assert.rejects(owners.decide('acme'), { code: 'github-unavailable', transient: true });
  assert.equal(owners.isAllowed('acme'), 'unknown');
  await t.waitFor(() => assert.ok(asked.length >= 3));
  assert.equal(lines[0]?.msg, 'the owner of the App is not known yet');
  well = true;
  await t.waitFor(() => assert.equal(owners.isAllowed('acme'), 'yes'));
});

test('a key that GitHub does not accept is said in the log, without the token', async (t) => {
  const { owners, text } = await open(t, fail(401));
  await assert.rejects(owners.decide('acme'), { code: 'github-refused' });
  await t.waitFor(() => assert.match(text(), /GitHub refused \(401\)/));
  assert.doesNotMatch(text(), /eyJ/);
});

test('an App without an owning account stays undecided and says what to set', async (t) => {
  const { owners } = await open(t, (_req, res) =>
    res.setHeader('content-type', 'application/json').end('{"owner":null}'),
  );
  await assert.rejects(owners.decide('acme'), { code: 'github-refused', help: /ALLOWED_OWNERS/ });
  assert.equal(owners.isAllowed('acme'), 'unknown');
});

test('many decisions at once ask once', async (t) => {
  const { owners, asked } = await open(t, owner('acme'));
  await Promise.all(Array.from({ length: 20 }, () => owners.decide('acme')));
  assert.equal(asked.length, 1);
});

test('after a stop GitHub is asked no more', async (t) => {
  const { owners, asked, lines } = await open(t, fail(500), { firstMs: 300 });
  await t.waitFor(() => assert.equal(lines.length, 1));
  owners.stop();
  await new Promise((resolve) => setTimeout(resolve, 500));
  assert.equal(asked.length, 1);
});
