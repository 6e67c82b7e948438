import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { SmeeClient } from 'smee-client';
import { startChannel } from '../../github/start-channel.ts';
import { octokitForApp, startForTest, startReceiver } from './support.ts';

async function prepare(t: TestContext, answer?: () => number | 'hang') {
  const github = await startForTest(t, { events: ['pull_request', 'push', 'issue_comment'] });
  const receiver = await startReceiver(t, answer);
  const repository = await github.createRepository({ owner: 'acme', name: 'orders' });
  github.deliverTo(receiver.url);
  return { github, receiver, repository };
}

test('everything that people do is delivered, and each payload is as GitHub describes it', async (t) => {
  const { github, receiver, repository } = await prepare(t);
  const { number } = await repository.openPullRequest({ title: 'a', files: { b: '1' }, labels: ['bug'], draft: true });
  await repository.ready(number);
  await repository.edit(number, { title: 'b', body: 'c' });
  await repository.label(number, 'version:1.4.2', 'bug');
  await repository.unlabel(number, 'bug');
  await repository.push(number, { b: '2' });
  await repository.comment(number, 'hello');
  await repository.merge(number);
  const other = await repository.openPullRequest({ title: 'd', files: { e: '1' } });
  await repository.close(other.number);
  await github.ping();
  const names = receiver.received.map(({ event, body }) => {
    const { action } = JSON.parse(body.toString());
    return action === undefined ? event : `${event}.${action}`;
  });
  assert.deepEqual(
    new Set(names),
    new Set([
      'push',
      'check_suite.requested',
      'pull_request.opened',
      'pull_request.labeled',
      'pull_request.ready_for_review',
      'pull_request.edited',
      'pull_request.unlabeled',
      'pull_request.synchronize',
      'issue_comment.created',
      'pull_request.closed',
      'ping',
    ]),
  );
  assert.equal(names.filter((name) => name === 'pull_request.labeled').length, 2);
  github.assertNoViolations();
});

test('a delivery has the headers of GitHub, and both signatures over its very bytes', async (t) => {
  const { github, receiver, repository } = await prepare(t);
  const { number } = await repository.openPullRequest({ title: 'ü \u{1F680} <&>', files: { b: '1' }, deliver: false });
  assert.equal(receiver.received.length, 0);
  const { delivery } = await repository.merge(number);
  const closed = receiver.received.find(({ headers }) => headers['x-github-delivery'] === delivery?.guid);
  assert.ok(closed);
  const { headers, body } = closed;
  const sign = (name: string) => `${name}=${createHmac(name, github.webhookSecret).update(body).digest('hex')}`;
  assert.equal(headers['x-hub-signature'], sign('sha1'));
  assert.equal(headers['x-hub-signature-256'], sign('sha256'));
  assert.equal(headers['x-github-event'], 'pull_request');
  assert.match(String(headers['x-github-delivery']), /^[0-9a-f-]{36}$/);
  assert.match(String(headers['user-agent']), /^GitHub-Hookshot\//);
  assert.equal(headers['x-github-hook-installation-target-id'], String(github.appId));
  assert.equal(headers['x-github-hook-installation-target-type'], 'integration');
  assert.equal(headers['content-type'], 'application/json');
  const payload = JSON.parse(body.toString());
  assert.equal(payload.installation.id, repository.installationId);
  assert.equal(payload.organization.login, 'acme');
  assert.deepEqual([payload.pull_request.mergeable, payload.pull_request.mergeable_state], [null, 'unknown']);
  assert.equal(payload.pull_request.merged_by.login, 'mona');
});

test('attempts are kept with what came back, and a redelivery has the same guid and bytes', async (t) => {
  const answers: (number | 'hang')[] = [500, 'hang', 200];
  const { github, receiver, repository } = await prepare(t, () => answers.shift() ?? 200);
  const pull = await repository.openPullRequest({ title: 'a', files: { b: '1' }, deliver: false });
  github.knobs.deliveryTimeout = 200;
  const failed = await repository.close(pull.number);
  assert.deepEqual(
    [failed?.statusCode, failed?.status, failed?.responseBody],
    [500, 'Invalid HTTP Response: 500', 'said so'],
  );
  assert.ok(failed);
  const late = await github.redeliver(failed);
  assert.deepEqual([late?.statusCode, late?.status], [504, 'timed out']);
  const app = await octokitForApp(github);
  await app.rest.apps.redeliverWebhookDelivery({ delivery_id: failed.id });
  await github.settled();
  assert.equal(receiver.received.length, 3);
  assert.deepEqual(receiver.received[2]?.body, receiver.received[0]?.body);
  const listed = await app.paginate(app.rest.apps.listWebhookDeliveries, { per_page: 1 });
  assert.deepEqual(
    listed.map((one) => [one.guid, one.redelivery, one.status_code]),
    [
      [failed.guid, true, 200],
      [failed.guid, true, 504],
      [failed.guid, false, 500],
    ],
  );
  const failures = await app.rest.apps.listWebhookDeliveries({ status: 'failure' });
  assert.equal(failures.data.length, 2);
  const { data } = await app.rest.apps.getWebhookDelivery({ delivery_id: failed.id });
  assert.equal((data.request.payload as { action?: string }).action, 'closed');
  github.deliverTo('http://127.0.0.1:1/');
  assert.equal((await github.redeliver(failed))?.statusCode, 502);
  github.assertNoViolations();
});

test('bytes are signed as they are, without being sent or judged', async (t) => {
  const { github, receiver, repository } = await prepare(t);
  const pull = await repository.openPullRequest({ title: 'a', files: { b: '1' }, deliver: false });
  await repository.merge(pull.number, { deliver: false });
  const { body, headers } = repository.payload(pull.number);
  assert.equal(receiver.received.length, 0);
  const payload = JSON.parse(body.toString());
  assert.deepEqual([payload.action, payload.pull_request.merged], ['closed', true]);
  const wrong = github.sign('pull_request', 'not json', { secret: 'wrong', guid: 'no-uuid' });
  assert.equal(wrong.headers['X-GitHub-Delivery'], 'no-uuid');
  const delivered = await github.send(wrong);
  assert.equal(delivered?.statusCode, 200);
  assert.equal(receiver.received[0]?.body.toString(), 'not json');
  const sent = await fetch(receiver.url, { method: 'POST', body, headers });
  assert.equal(sent.status, 200);
  assert.deepEqual(receiver.received[1]?.body, body);
  github.assertNoViolations();
});

test('where the App is not installed, or asked for no such event, nothing is delivered', async (t) => {
  const github = await startForTest(t, { events: ['pull_request'], permissions: { metadata: 'read' } });
  const receiver = await startReceiver(t);
  github.deliverTo(receiver.url);
  const without = await github.createRepository({ owner: 'other', name: 'orders', install: false });
  await without.openPullRequest({ title: 'a', files: { b: '1' } });
  assert.equal(receiver.received.length, 0);
  const repository = await github.createRepository({ owner: 'acme', name: 'orders' });
  const pull = await repository.openPullRequest({ title: 'a', files: { b: '1' } });
  await repository.comment(pull.number, 'hello');
  assert.deepEqual(
    receiver.received.map(({ event }) => event),
    ['pull_request'],
  );
});

test('through a channel a delivery reaches a listener with its signature whole', async (t) => {
  const { github, receiver, repository } = await prepare(t);
  const channel = await startChannel();
  t.after(() => channel.stop());
  const quiet = { info: () => {}, error: () => {} };
  const client = new SmeeClient({ source: channel.url, target: receiver.url, logger: quiet });
  await client.start();
  t.after(() => client.stop());
  github.deliverTo(channel.url);
  const pull = await repository.openPullRequest({ title: 'ü <&> \u2028', files: { b: '1' }, deliver: false });
  const { delivery } = await repository.merge(pull.number);
  assert.equal(delivery?.statusCode, 200);
  const seen = () => receiver.received.find(({ headers }) => headers['x-github-delivery'] === delivery?.guid);
  while (seen() === undefined) await new Promise((resolve) => setTimeout(resolve, 5));
  const closed = seen();
  const expected = createHmac('sha256', github.webhookSecret)
    .update(closed?.body ?? '')
    .digest('hex');
  assert.equal(closed?.headers['x-hub-signature-256'], `sha256=${expected}`);
});

test('a channel refuses what smee refuses, and gives out new ones', async (t) => {
  const channel = await startChannel();
  t.after(() => channel.stop());
  const post = async (guid: string, body: string) => {
    const headers = { 'x-github-delivery': guid, 'content-type': 'application/json' };
    return (await fetch(channel.url, { method: 'POST', headers, body })).status;
  };
  const guid = '72d3162e-cc78-11e3-81ab-4c9367dc0958';
  assert.equal(await post(guid, '{}'), 200);
  assert.equal(await post('no-uuid', '{}'), 400);
  assert.equal(await post(guid, 'no json'), 400);
  assert.equal(await post(guid, JSON.stringify({ a: 'x'.repeat(1024 * 1024) })), 413);
  const made = await SmeeClient.createChannel({ newChannelUrl: new URL('/new', channel.url).href });
  assert.notEqual(made, channel.url);
});
