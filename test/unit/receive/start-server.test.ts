import assert from 'node:assert/strict';
import { Agent, get, type IncomingMessage } from 'node:http';
import { test } from 'node:test';
import { createMetrics } from '../../../src/metrics.ts';
import { startServer } from '../../../src/receive/start-server.ts';
import { openFrontDoor, rawHead, speak } from '../../support/front-door.ts';
import { memoryLog } from '../../support/memory-log.ts';
import { signDelivery } from '../../support/sign-delivery.ts';

const signed = signDelivery('{}');
const post = (url: string) => fetch(url, { method: 'POST', headers: signed, body: '{}' });

for (const method of ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
  test(`${method} on the webhook route is answered 405 and names POST`, async (t) => {
    const door = await openFrontDoor(t);
    const response = await fetch(door.url, { method });
    assert.equal(response.status, 405);
    assert.equal(response.headers.get('allow'), 'POST');
    assert.equal(
      await response.text(),
      method === 'HEAD' ? '' : 'Expected POST: this address takes webhook deliveries only.\n',
    );
  });
}

test('the route is known with a query and with a slash at its end, and by nothing else', async (t) => {
  const door = await openFrontDoor(t);
  for (const end of ['', '?a=1', '/', '/?a=1']) assert.equal((await post(door.url + end)).status, 200);
  for (const end of ['x', '/x', '%2f']) assert.equal((await post(door.url + end)).status, 404);
});

test('everything else goes to the pages', async (t) => {
  const door = await openFrontDoor(t, { web: (req, res) => res.end(`page ${req.method} ${req.url}`) });
  const response = await fetch(`http://127.0.0.1:${door.port}/builds?x=1`);
  assert.equal(await response.text(), 'page GET /builds?x=1');
});

for (const [how, web] of [
  [
    'throws',
    () => {
      throw new Error('secret in the template');
    },
  ],
  ['rejects', () => Promise.reject(new Error('secret in the template'))],
] as const) {
  test(`a page that ${how} is answered 500 with a fixed sentence, and the server goes on`, async (t) => {
    const door = await openFrontDoor(t, { web });
    const response = await fetch(`http://127.0.0.1:${door.port}/`);
    assert.equal(response.status, 500);
    assert.doesNotMatch(await response.text(), /secret/);
    assert.match(door.logText(), /secret in the template/);
    assert.equal((await post(door.url)).status, 200);
  });
}

test('a page that fails half way breaks its connection off, so that nobody takes half for the whole', async (t) => {
  const door = await openFrontDoor(t, {
    web: (_req, res) => {
      res.writeHead(200).write('half');
      throw new Error('the rest is gone');
    },
  });
  await assert.rejects(fetch(`http://127.0.0.1:${door.port}/`).then((response) => response.text()));
});

test('one connection carries many deliveries, refused ones among them', async (t) => {
  const door = await openFrontDoor(t);
  const unsigned = { ...signed, 'x-hub-signature-256': `sha256=${'0'.repeat(64)}` };
  const one = (headers: Record<string, string>) => `${rawHead({ ...headers, 'content-length': '2' })}{}`;
  const last = one({ ...signed, connection: 'close' });
  const heard = await speak(door.port, (write) => write(one(signed) + one(unsigned) + last));
  assert.deepEqual(heard.match(/HTTP\/1\.1 \d+/g), ['HTTP/1.1 200', 'HTTP/1.1 400', 'HTTP/1.1 200']);
});

const keepAlive = (t: { after(fn: () => void): void }) => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  t.after(() => agent.destroy());
  return (url: string) =>
    new Promise<IncomingMessage>((resolve, reject) => {
      get(url, { agent }, (response) => response.resume().once('end', () => resolve(response))).once('error', reject);
    });
};

test('closing lets the answers under way finish, and takes nothing new', async (t) => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const door = await openFrontDoor(t, { webhooks: () => promise });
  const idle = keepAlive(t);
  await idle(`http://127.0.0.1:${door.port}/`);
  const running = post(door.url);
  await t.waitFor(() => assert.equal(door.taken.length, 1));
  const closed = door.close({ graceMs: 60_000 });
  await assert.rejects(post(door.url));
  resolve();
  assert.equal((await running).status, 200);
  await closed;
});

test('closing breaks off what has not ended after the grace', async (t) => {
  const door = await openFrontDoor(t, { web: (_req, res) => res.writeHead(200).write('for ever') });
  const response = await fetch(`http://127.0.0.1:${door.port}/`);
  await door.close({ graceMs: 20 });
  await assert.rejects(response.text());
});

test('a port that is taken is said in a sentence that tells what to do', async (t) => {
  const { port } = await openFrontDoor(t);
  const { log } = memoryLog();
  const settings = { host: '127.0.0.1', port, webhookSecret: 's' };
  await assert.rejects(
    startServer({ settings, webhooks: async () => undefined, web: () => undefined, log, metrics: createMetrics() }),
    {
      name: 'SlipwayError',
      code: 'bad-settings',
      message: `HOST and PORT: cannot listen on 127.0.0.1:${port}, it is taken by another program.`,
      help: 'Stop that program, or set PORT to a free port.',
    },
  );
});

test('a host that is no address of the machine is said in a sentence', async () => {
  const { log } = memoryLog();
  const settings = { host: '192.0.2.1', port: 0, webhookSecret: 's' };
  await assert.rejects(
    startServer({ settings, webhooks: async () => undefined, web: () => undefined, log, metrics: createMetrics() }),
    {
      code: 'bad-settings',
      message: /192\.0\.2\.1:0, it is no address of this machine/,
    },
  );
});
