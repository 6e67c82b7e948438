import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import { connectChannel } from '../../../src/receive/connect-channel.ts';
import { type Channel, openChannel } from '../../support/channel.ts';
import { openFrontDoor } from '../../support/front-door.ts';
import { memoryLog } from '../../support/memory-log.ts';
import { mergedPayload } from '../../support/merged-payload.ts';
import { signDelivery } from '../../support/sign-delivery.ts';

const payload = mergedPayload();
const signed = () => signDelivery(JSON.stringify(payload));

async function listen(t: TestContext, url: string) {
  const door = await openFrontDoor(t);
  const { log, lines, text } = memoryLog('info');
  const stop = await connectChannel({ url, target: door.url, log, againMs: 20 });
  t.after(stop);
  return { door, lines, text, stop };
}

async function channelOf(t: TestContext, ...given: Parameters<typeof openChannel>): Promise<Channel> {
  const channel = await openChannel(...given);
  t.after(() => channel.close());
  return channel;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

test('a delivery that comes by the channel passes the signature as if GitHub had sent it', async (t) => {
  const channel = await channelOf(t);
  const { door, lines } = await listen(t, channel.url);
  await t.waitFor(() => assert.equal(channel.listeners.size, 1));
  const headers = signed();
  channel.deliver({ ...headers, connection: 'close', 'transfer-encoding': 'chunked', 'content-length': '3' }, payload);
  await t.waitFor(() => assert.equal(lines.length, 2));
  assert.equal(door.taken[0]?.id, headers['x-github-delivery']);
  assert.deepEqual([lines[1]?.delivery, lines[1]?.status], [headers['x-github-delivery'], 200]);
});

test('a channel that cannot be reached at the start ends nothing, is said in one line, and is joined when it is there', async (t) => {
  const port = await freePort();
  const { door, lines } = await listen(t, `http://127.0.0.1:${port}/channel-of-the-tests`);
  await t.waitFor(() => assert.equal(lines.length, 1));
  assert.equal(lines[0]?.level, 'warn');
  assert.match(String(lines[0]?.msg), /cannot be reached.*check WEBHOOK_PROXY_URL/);
  const channel = await channelOf(t, port);
  await t.waitFor(() => assert.equal(channel.listeners.size, 1), { timeout: 10_000 });
  channel.deliver(signed(), payload);
  await t.waitFor(() => assert.equal(door.taken.length, 1));
});

test('a channel that turns us away is tried again and again, and said in one line', async (t) => {
  let status = 503;
  let tries = 0;
  const channel = await channelOf(t, 0, () => {
    tries += 1;
    return status;
  });
  const { lines } = await listen(t, channel.url);
  await t.waitFor(() => assert.ok(tries > 4), { timeout: 10_000 });
  assert.equal(lines.length, 1);
  status = 200;
  await t.waitFor(() => assert.equal(channel.listeners.size, 1));
  await t.waitFor(() => assert.match(String(lines.at(-1)?.msg), /connected/));
  assert.equal(lines.length, 2);
});

test('a channel that breaks off is joined again', async (t) => {
  const channel = await channelOf(t);
  const { door } = await listen(t, channel.url);
  await t.waitFor(() => assert.equal(channel.listeners.size, 1));
  const [first] = channel.listeners;
  first?.destroy();
  await t.waitFor(() => assert.notEqual([...channel.listeners][0] ?? first, first));
  channel.deliver(signed(), payload);
  await t.waitFor(() => assert.equal(door.taken.length, 1));
});

test('what a stranger writes into the channel ends nothing', async (t) => {
  const channel = await channelOf(t);
  const { door, lines } = await listen(t, channel.url);
  await t.waitFor(() => assert.equal(channel.listeners.size, 1));
  for (const text of ['no json', '7', 'null', '{"x-github-event":"push"}', '{"body":{},"x-github-delivery":7}'])
    channel.say(text);
  channel.deliver(signed(), payload);
  await t.waitFor(() => assert.equal(door.taken.length, 1));
  assert.equal(lines.filter(({ msg }) => /no delivery/.test(msg)).length, 4);
});

test('a server that cannot be reached is said with the delivery’s id', async (t) => {
  const channel = await channelOf(t);
  const { log, lines } = memoryLog('info');
  const target = `http://127.0.0.1:${await freePort()}/api/github/webhooks`;
  t.after(await connectChannel({ url: channel.url, target, log }));
  await t.waitFor(() => assert.equal(channel.listeners.size, 1));
  const headers = signed();
  channel.deliver(headers, payload);
  await t.waitFor(() => assert.equal(lines.at(-1)?.delivery, headers['x-github-delivery']));
  assert.match(String(lines.at(-1)?.msg), /could not be forwarded/);
});

test('after a stop the channel is left, and its address is never in the log', async (t) => {
  const channel = await channelOf(t);
  const { stop, text } = await listen(t, channel.url);
  await t.waitFor(() => assert.equal(channel.listeners.size, 1));
  await stop();
  await t.waitFor(() => assert.equal(channel.listeners.size, 0));
  assert.doesNotMatch(text(), /channel-of-the-tests/);
});
