import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { before, test } from 'node:test';
import { SlipwayError } from '../../../src/errors.ts';
import { createMetrics } from '../../../src/metrics.ts';
import { createProbot } from '../../../src/receive/create-probot.ts';
import { probotWebhooks } from '../../../src/receive/probot-webhooks.ts';
import { registerHandlers } from '../../../src/receive/register-handlers.ts';
import { startServer } from '../../../src/receive/start-server.ts';
import { makeAppKey } from '../../support/app-key.ts';
import { memoryLog } from '../../support/memory-log.ts';
import { memoryStore } from '../../support/memory-store.ts';
import { mergedPayload } from '../../support/merged-payload.ts';
import { signDelivery, webhookSecret } from '../../support/sign-delivery.ts';

let privateKey: string;
before(() => {
  privateKey = makeAppKey();
});

/** The front door, Probot and the handlers, as the server puts them together; GitHub's API is nowhere. */
async function open(t: { after(fn: () => Promise<void>): void }, allowed: 'yes' | 'no' | 'unknown' = 'yes') {
  const { log, lines, text } = memoryLog();
  const store = memoryStore();
  const probot = await createProbot({
    settings: { appId: 1, privateKey, webhookSecret, githubApi: 'http://127.0.0.1:1' },
    log,
    metrics: createMetrics(),
  });
  registerHandlers(probot, { store, owners: { isAllowed: () => allowed }, log });
  const settings = { host: '127.0.0.1', port: 0, webhookSecret };
  const server = await startServer({
    settings,
    webhooks: probotWebhooks(probot),
    web: (_req, res) => res.end(),
    log,
    metrics: createMetrics(),
  });
  t.after(() => server.close({ graceMs: 0 }));
  const send = async (payload: object, given: { event?: string; id?: string } = {}) => {
    const body = JSON.stringify(payload);
    const headers = signDelivery(body, given);
    return fetch(`http://127.0.0.1:${server.port}/api/github/webhooks`, { method: 'POST', headers, body });
  };
  return { store, lines, text, send };
}

test('a merged pull request is one row when 200 comes', async (t) => {
  const { store, send, lines } = await open(t);
  const id = randomUUID();
  assert.equal((await send(mergedPayload(), { id })).status, 200);
  const [merge] = [...store.merges.values()];
  assert.equal(merge?.deliveryId, id);
  assert.equal(merge?.mergeCommit, '2'.repeat(40));
  assert.deepEqual(
    lines.map(({ msg, delivery, pullRequest }) => ({ msg, delivery, pullRequest })),
    [{ msg: 'merge taken in', delivery: id, pullRequest: 'acme/orders#12' }],
  );
});

test('the same merge again, by redelivery or by a second delivery, is the same row', async (t) => {
  const { store, send, lines } = await open(t);
  const id = randomUUID();
  for (const again of [id, id, randomUUID()]) assert.equal((await send(mergedPayload(), { id: again })).status, 200);
  assert.equal(store.merges.size, 1);
  assert.deepEqual(
    lines.map(({ msg }) => msg),
    ['merge taken in', 'merge was taken in before', 'merge was taken in before'],
  );
});

test('a pull request that was closed without a merge is answered 200, and the log says why nothing happens', async (t) => {
  const { store, send, lines } = await open(t);
  const payload = mergedPayload();
  const unmerged = {
    ...payload,
    pull_request: { ...payload.pull_request, merged: false, merged_at: null, merge_commit_sha: null },
  };
  const id = randomUUID();
  assert.equal((await send(unmerged, { id })).status, 200);
  assert.equal(store.merges.size, 0);
  assert.equal(lines.length, 1);
  assert.match(String(lines[0]?.msg), /closed, not merged/);
  assert.equal(lines[0]?.delivery, id);
});

test('a merge of an owner who is not served is answered 200, and the log names the owner', async (t) => {
  const { store, send, lines } = await open(t, 'no');
  assert.equal((await send(mergedPayload())).status, 200);
  assert.equal(store.merges.size, 0);
  assert.match(String(lines[0]?.msg), /acme is not among the accounts that are served/);
});

test('while nobody knows who is served, merges are taken in: planning asks again', async (t) => {
  const { store, send } = await open(t, 'unknown');
  assert.equal((await send(mergedPayload())).status, 200);
  assert.equal(store.merges.size, 1);
});

for (const [event, payload] of [
  ['ping', { zen: 'Keep it logically awesome.', hook_id: 1 }],
  ['pull_request', { ...mergedPayload(), action: 'assigned' }],
  ['push', { ref: 'refs/heads/develop' }],
  ['constructor', {}],
  ['something_new', { action: 'made' }],
] as const) {
  test(`the event ${event} is answered 200, and the log says that it is not needed`, async (t) => {
    const { store, send, lines } = await open(t);
    const id = randomUUID();
    assert.equal((await send(payload, { event, id })).status, 200);
    assert.equal(store.merges.size, 0);
    assert.deepEqual(
      lines.map(({ msg, delivery }) => [msg, delivery]),
      [['nothing to do: no such event is needed', id]],
    );
  });
}

for (const [what, missing] of [
  ['installation', { installation: undefined }],
  ['repository', { repository: undefined }],
  ['pull_request', { pull_request: undefined }],
  ['pull_request.base', { pull_request: { ...mergedPayload().pull_request, base: undefined } }],
  ['pull_request.merge_commit_sha', { pull_request: { ...mergedPayload().pull_request, merge_commit_sha: null } }],
] as const) {
  test(`a merge whose payload has no ${what} is answered 200, and the log names it`, async (t) => {
    const { store, send, lines } = await open(t);
    assert.equal((await send({ ...mergedPayload(), ...missing })).status, 200);
    assert.equal(store.merges.size, 0);
    assert.equal(lines.length, 1);
    assert.equal(lines[0]?.msg, `nothing to do: the payload has no usable ${what}`);
  });
}

for (const id of ['7', '\0', -1, 1.5, {}, [7], null]) {
  test(`a merge whose installation is ${JSON.stringify(id)} is answered 200, and the log names the field`, async (t) => {
    const { store, send, lines } = await open(t);
    assert.equal((await send({ ...mergedPayload(), installation: { id } })).status, 200);
    assert.equal(store.merges.size, 0);
    assert.deepEqual(
      lines.map(({ level, msg }) => [level, msg]),
      [['warn', 'nothing to do: the payload has no usable installation']],
    );
  });
}

test('an action that is no word stays out of the log', async (t) => {
  const { send, lines, text } = await open(t);
  for (const action of ['x'.repeat(1000), 'closed\u001b[2J', 'Closed now'])
    assert.equal((await send({ action }, { event: 'pull_request' })).status, 200);
  assert.deepEqual(
    lines.map(({ event }) => event),
    ['pull_request', 'pull_request', 'pull_request'],
  );
  assert.doesNotMatch(text(), /xxx|\[2J|Closed now/);
});

test('a merge without a label is taken in: the plan says that it has no version', async (t) => {
  const { store, send } = await open(t);
  await send(mergedPayload({ labels: [] }));
  assert.deepEqual([...store.merges.values()][0]?.labels, []);
});

test('a store that fails is answered 500 with a fixed sentence, so that GitHub shows the delivery as failed', async (t) => {
  const { store, send, text, lines } = await open(t);
  store.broken = new SlipwayError('store-failed', 'The store said no.', { cause: new Error('postgres://user:pw@db') });
  const id = randomUUID();
  const response = await send(mergedPayload(), { id });
  assert.equal(response.status, 500);
  const answered = await response.text();
  assert.match(answered, /could not be kept: redeliver it/);
  assert.doesNotMatch(answered, /store said no|postgres/);
  assert.match(text(), /The store said no/);
  assert.doesNotMatch(text(), /kept for a minute/, 'the payload is not logged');
  for (const line of lines) assert.ok(line.delivery === id || line.id === id);
  store.broken = undefined;
  assert.equal((await send(mergedPayload(), { id })).status, 200);
});
