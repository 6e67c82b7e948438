import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { test } from 'node:test';
import { openFrontDoor, rawHead, speak } from '../../support/front-door.ts';
import { mergedPayload } from '../../support/merged-payload.ts';
import { signDelivery } from '../../support/sign-delivery.ts';

const body = JSON.stringify(mergedPayload());
const post = (url: string, headers: Record<string, string>, text: string | Buffer = body) =>
  fetch(url, { method: 'POST', headers, body: new Uint8Array(Buffer.from(text)) });
const without = (headers: Record<string, string>, ...names: string[]) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name)));

test('a signed delivery is handed over once, parsed, and answered 200', async (t) => {
  const door = await openFrontDoor(t);
  const id = randomUUID();
  const response = await post(door.url, signDelivery(body, { id }));
  assert.equal(response.status, 200);
  assert.equal(await response.text(), 'ok\n');
  assert.equal(response.headers.get('x-content-type-options'), 'nosniff');
  assert.deepEqual(door.taken, [{ id, name: 'pull_request', payload: JSON.parse(body) }]);
});

test('the bytes that were signed are judged, whatever characters they hold', async (t) => {
  const door = await openFrontDoor(t);
  const odd = '{ "title" : "Grüße \\u003c 🚢 \\ud800" }';
  assert.equal((await post(door.url, signDelivery(odd), odd)).status, 200);
  assert.equal(door.taken[0]?.payload.title, 'Grüße < 🚢 \ud800');
});

test('200 comes only after the work on the delivery has ended', async (t) => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const door = await openFrontDoor(t, { webhooks: () => promise });
  let answered = false;
  const response = post(door.url, signDelivery(body)).finally(() => {
    answered = true;
  });
  await t.waitFor(() => assert.equal(door.taken.length, 1));
  assert.equal(answered, false);
  resolve();
  assert.equal((await response).status, 200);
});

const refusals: readonly [string, (signed: Record<string, string>) => Record<string, string>, number, RegExp][] = [
  [
    'no signature',
    (h) => without(h, 'x-hub-signature-256', 'x-hub-signature'),
    400,
    /X-Hub-Signature-256.*webhook secret/,
  ],
  ['a SHA-1 signature alone', (h) => without(h, 'x-hub-signature-256'), 400, /X-Hub-Signature-256/],
  [
    'a SHA-1 under the name of SHA-256',
    (h) => ({ ...h, 'x-hub-signature-256': h['x-hub-signature'] ?? '' }),
    400,
    /X-Hub-Signature-256/,
  ],
  [
    'a signature that is cut short',
    (h) => ({ ...h, 'x-hub-signature-256': h['x-hub-signature-256']?.slice(0, -1) ?? '' }),
    400,
    /64 hexadecimal/,
  ],
  [
    'a signature of another secret',
    () => signDelivery(body, { secret: 'another' }),
    400,
    /does not match.*WEBHOOK_SECRET/,
  ],
  ['a signature of another body', () => signDelivery(`${body} `), 400, /does not match/],
  [
    'a form instead of JSON',
    (h) => ({ ...h, 'content-type': 'application/x-www-form-urlencoded' }),
    415,
    /application\/json.*settings/,
  ],
  ['no content type', (h) => without(h, 'content-type'), 415, /application\/json/],
  ['no event', (h) => without(h, 'x-github-event'), 400, /X-GitHub-Event/],
  ['an event that is no name', (h) => ({ ...h, 'x-github-event': '../etc' }), 400, /X-GitHub-Event/],
  ['an event that no sender can mean', (h) => ({ ...h, 'x-github-event': '__proto__' }), 400, /X-GitHub-Event/],
  [
    'an event by which octokit means its own failures',
    (h) => ({ ...h, 'x-github-event': 'error' }),
    400,
    /X-GitHub-Event/,
  ],
  ['no delivery id', (h) => without(h, 'x-github-delivery'), 400, /X-GitHub-Delivery/],
  ['a delivery id that is no UUID', (h) => ({ ...h, 'x-github-delivery': 'abc\tdef' }), 400, /X-GitHub-Delivery/],
];
for (const [what, change, status, sentence] of refusals) {
  test(`${what} is refused with ${status} and a sentence that says what was expected`, async (t) => {
    const door = await openFrontDoor(t);
    const response = await post(door.url, change(signDelivery(body)));
    assert.equal(response.status, status);
    assert.match(await response.text(), sentence);
    assert.equal(door.taken.length, 0);
    assert.equal(door.lines.length, 1);
    assert.equal(door.lines[0]?.msg, 'delivery refused');
    assert.doesNotMatch(door.logText(), /abc\\tdef|etc/);
  });
}

for (const [what, text] of [
  ['no JSON', '<xml/>'],
  ['JSON that breaks off', '{"action":"closed"'],
  ['nothing', ''],
  ['a JSON text', '"closed"'],
  ['null', 'null'],
  ['a list', '[]'],
  ['a number', '7'],
] as const) {
  test(`a signed body that is ${what} is refused with 400`, async (t) => {
    const door = await openFrontDoor(t);
    const response = await post(door.url, signDelivery(text), text);
    assert.equal(response.status, 400);
    assert.equal(await response.text(), 'Expected a JSON object as the body.\n');
    assert.equal(door.taken.length, 0);
  });
}

test('every line of the log about a delivery carries its id', async (t) => {
  const door = await openFrontDoor(t, { webhooks: () => Promise.reject(new Error('disk on fire')) });
  const id = randomUUID();
  await post(door.url, signDelivery(body, { id }));
  await post(door.url, signDelivery(body, { id, secret: 'another' }));
  assert.deepEqual(
    door.lines.map(({ level, delivery }) => ({ level, delivery })),
    [
      { level: 'error', delivery: id },
      { level: 'warn', delivery: id },
    ],
  );
});

test('a failure inside is answered 500 with a fixed sentence; its reason is in the log alone, without the payload', async (t) => {
  const door = await openFrontDoor(t, { webhooks: () => Promise.reject(new Error('password hunter2 is wrong')) });
  const response = await post(door.url, signDelivery(body));
  assert.equal(response.status, 500);
  const text = await response.text();
  assert.match(text, /could not be kept: redeliver it/);
  assert.doesNotMatch(text, /hunter2/);
  assert.match(door.logText(), /hunter2/);
  assert.doesNotMatch(door.logText(), /Answer faster/);
});

test('work that takes too long is answered 500 before GitHub hangs up, not 202: nobody may think that it was kept', async (t) => {
  const { promise, reject } = Promise.withResolvers<void>();
  const door = await openFrontDoor(t, { webhooks: () => promise, limits: { answerMs: 30 } });
  const response = await post(door.url, signDelivery(body));
  assert.equal(response.status, 500);
  assert.match(String(door.lines[0]?.msg), /could not be kept/);
  reject(new Error('too late for anybody'));
  assert.equal((await post(door.url, signDelivery(body, { secret: 'another' }))).status, 400);
});

test('a body that is declared larger than the cap is refused with 413 before it is sent', async (t) => {
  const door = await openFrontDoor(t);
  const headers = { ...signDelivery(body), 'content-length': String(25 * 2 ** 20 + 1), expect: '100-continue' };
  const heard = await speak(door.port, (write) => write(rawHead(headers)));
  assert.match(heard, /^HTTP\/1\.1 413 .*25 MB/s);
  assert.match(heard, /connection: close/i);
});

test('a body without a signature is refused before it is sent', async (t) => {
  const door = await openFrontDoor(t);
  const headers = {
    ...without(signDelivery(body), 'x-hub-signature-256'),
    'content-length': String(24 * 2 ** 20),
    expect: '100-continue',
  };
  const heard = await speak(door.port, (write) => write(rawHead(headers)));
  assert.match(heard, /^HTTP\/1\.1 400 /);
});

test('a sender that waits to be asked for its body is asked', async (t) => {
  const door = await openFrontDoor(t);
  const headers = { ...signDelivery(body), expect: '100-continue', 'content-length': Buffer.byteLength(body) };
  const asked = request(door.url, { method: 'POST', headers });
  const status = new Promise((resolve, reject) => {
    asked.once('response', (response) => resolve(response.resume().statusCode)).once('error', reject);
  });
  asked.once('continue', () => asked.end(body)).flushHeaders();
  assert.equal(await status, 200);
});

test('a chunked body is refused with 413 as soon as it passes the cap, the answer is read, and the connection closed', async (t) => {
  const door = await openFrontDoor(t, { limits: { bodyBytes: 100_000 } });
  const headers = { ...signDelivery(body), 'transfer-encoding': 'chunked' };
  const piece = Buffer.alloc(16_000, 'a');
  const chunk = Buffer.concat([Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from('\r\n')]);
  let sent = 0;
  const heard = await speak(door.port, async (write, closed) => {
    await write(rawHead(headers));
    while (!closed.aborted) {
      await write(chunk);
      sent += chunk.length;
      await new Promise(setImmediate);
    }
  });
  assert.match(heard, /^HTTP\/1\.1 413 .*25 MB/s);
  assert.ok(sent > 100_000);
  assert.equal(door.taken.length, 0);
});

test('a whole 25 MB are taken', async (t) => {
  const door = await openFrontDoor(t);
  const large = `{"title":"${'a'.repeat(25 * 2 ** 20 - 12)}"}`;
  assert.equal(Buffer.byteLength(large), 25 * 2 ** 20);
  assert.equal((await post(door.url, signDelivery(large), large)).status, 200);
});

test('a body longer than its Content-Length is cut there, and what follows is no request', async (t) => {
  const door = await openFrontDoor(t);
  const headers = { ...signDelivery('{}'), 'content-length': '2' };
  const heard = await speak(door.port, (write) => write(`${rawHead(headers)}{}${'a'.repeat(1000)}\r\n\r\n`));
  assert.match(heard, /HTTP\/1\.1 400 .*connection: close/is);
  assert.ok(door.taken.length <= 1);
});

test('a body shorter than its Content-Length is refused with 408 when it falls silent', async (t) => {
  const door = await openFrontDoor(t, { limits: { stallMs: 50 } });
  const headers = { ...signDelivery(body), 'content-length': String(Buffer.byteLength(body) + 10) };
  const heard = await speak(door.port, (write) => write(rawHead(headers) + body));
  assert.match(heard, /^HTTP\/1\.1 408 .*did not arrive in time/s);
  assert.match(heard, /connection: close/i);
  assert.equal(door.taken.length, 0);
});

test('a body that trickles is refused with 408 when its time is up, although it never falls silent', async (t) => {
  const door = await openFrontDoor(t, { limits: { stallMs: 5000, bodyMs: 150 } });
  const headers = { ...signDelivery(body), 'content-length': String(Buffer.byteLength(body)) };
  const heard = await speak(door.port, async (write, closed) => {
    await write(rawHead(headers));
    for (const byte of body) {
      if (closed.aborted) break;
      await write(byte);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  });
  assert.match(heard, /^HTTP\/1\.1 408 .*did not arrive in time/s);
});

test('a body that comes slowly but steadily is taken', async (t) => {
  const door = await openFrontDoor(t, { limits: { stallMs: 400 } });
  const asked = request(door.url, { method: 'POST', headers: signDelivery(body) });
  const status = new Promise((resolve, reject) => {
    asked.once('response', (response) => resolve(response.resume().statusCode)).once('error', reject);
  });
  for (let from = 0; from < body.length; from += 3000) {
    asked.write(body.slice(from, from + 3000));
    await new Promise((resolve) => setTimeout(resolve, 70));
  }
  asked.end();
  assert.equal(await status, 200);
});

test('headers that trickle are refused with 408', async (t) => {
  const door = await openFrontDoor(t, { limits: { headersMs: 100 } });
  const heard = await speak(door.port, (write) => write('POST /api/github/webhooks HTTP/1.1\r\nhost: sli'));
  assert.match(heard, /^HTTP\/1\.1 408 /);
});

test('a connection that says nothing is closed', async (t) => {
  const door = await openFrontDoor(t, { limits: { headersMs: 100 } });
  const heard = await speak(door.port, async () => undefined);
  assert.match(heard, /^$|^HTTP\/1\.1 408 /);
});

test('a sender that hangs up in the middle of a body leaves one line and nothing else behind', async (t) => {
  const door = await openFrontDoor(t);
  const id = randomUUID();
  const headers = { ...signDelivery(body, { id }), 'content-length': Buffer.byteLength(body) };
  const asked = request(door.url, { method: 'POST', headers }).on('error', () => undefined);
  await new Promise((resolve) => asked.write(body.slice(0, 1000), resolve));
  asked.destroy();
  await t.waitFor(() => assert.equal(door.lines.length, 1));
  assert.deepEqual([door.lines[0]?.delivery, door.lines[0]?.msg], [id, 'delivery was broken off by its sender']);
});

test('many large bodies at once are held back with 503, small ones never are, and room is made again', async (t) => {
  const limits = { largeBytes: 1000, largeAtOnce: 1 };
  const door = await openFrontDoor(t, { limits });
  const headers = { ...signDelivery(body), 'content-length': Buffer.byteLength(body) };
  const held = request(door.url, { method: 'POST', headers });
  const done = new Promise((resolve) => held.once('response', (response) => resolve(response.resume().statusCode)));
  held.write(body.slice(0, 2000));
  await t.waitFor(async () => assert.equal((await post(door.url, signDelivery(body))).status, 503));
  assert.equal((await post(door.url, signDelivery('{}'), '{}')).status, 200);
  held.end(body.slice(2000));
  assert.equal(await done, 200);
  assert.equal((await post(door.url, signDelivery(body))).status, 200);
});

test('hundreds of trickling senders do not keep a real delivery waiting', async (t) => {
  const door = await openFrontDoor(t, { limits: { stallMs: 300, bodyMs: 300 } });
  const headers = { ...signDelivery(body), 'content-length': String(Buffer.byteLength(body)) };
  const slow = Array.from({ length: 300 }, () => speak(door.port, (write) => write(`${rawHead(headers)}{`)));
  assert.equal((await post(door.url, signDelivery(body))).status, 200);
  for (const heard of await Promise.all(slow)) assert.match(heard, /^HTTP\/1\.1 408 /);
});
