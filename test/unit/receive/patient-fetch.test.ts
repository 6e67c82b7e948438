import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import { describe, it, type TestContext } from 'node:test';
import { patientFetch } from '../../../src/receive/patient-fetch.ts';

async function serve(test: TestContext, listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  test.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return `http://127.0.0.1:${address.port}/x`;
}

const json = { 'Content-Type': 'application/json; charset=utf-8' };

describe('patientFetch', () => {
  it('hands a whole answer on, with its status, headers and address', async (test) => {
    const url = await serve(test, (_, res) => res.writeHead(418, { ...json, 'X-Told': 'yes' }).end('{"a":1}'));
    const response = await patientFetch(5000)(url);
    assert.deepEqual([response.status, response.headers.get('x-told'), response.url], [418, 'yes', url]);
    assert.deepEqual(await response.json(), { a: 1 });
  });

  it('keeps an answer without a body without one', async (test) => {
    const url = await serve(test, (_, res) => res.writeHead(204).end());
    assert.equal((await patientFetch(5000)(url)).status, 204);
  });

  it('rejects when nothing is answered within the time', async (test) => {
    const url = await serve(test, () => undefined);
    await assert.rejects(patientFetch(50)(url), /no answer within 0\.05 s/);
  });

  it('rejects when JSON begins and does not end within the time', async (test) => {
    const url = await serve(test, (_, res) => void res.writeHead(200, json).write('{"a":'));
    await assert.rejects(patientFetch(200)(url), /no answer within 0\.2 s/);
  });

  it('rejects when JSON breaks off', async (test) => {
    const url = await serve(test, (_, res) => {
      res.writeHead(200, { ...json, 'Content-Length': '100' });
      res.write('{"a":', () => res.socket?.destroy());
    });
    await assert.rejects(patientFetch(5000)(url), /terminated/);
  });

  it('leaves an archive its time', async (test) => {
    const url = await serve(test, (_, res) => {
      res.writeHead(200, { 'Content-Type': 'application/x-gzip' }).write('a');
      setTimeout(() => res.end('b'), 300);
    });
    assert.equal(await (await patientFetch(150)(url)).text(), 'ab');
  });

  it("ends with the caller's own signal", async (test) => {
    const url = await serve(test, () => undefined);
    const caller = new AbortController();
    const asked = patientFetch(60_000)(url, { signal: caller.signal });
    caller.abort(new Error('no longer needed'));
    await assert.rejects(asked, /no longer needed/);
  });
});
