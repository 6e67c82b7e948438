import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { type ClientHttp2Session, connect } from 'node:http2';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { connectEngine } from '../../../../src/build/docker/connect-engine.ts';
import { openSession, type Session } from '../../../../src/build/docker/open-session.ts';

/** protobuf of one text field with the number 1 */
const field = (text: string): Buffer => Buffer.concat([Buffer.from([10, text.length]), Buffer.from(text)]);
const framed = (body: Buffer): Buffer => {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(body.length, 1);
  return Buffer.concat([head, body]);
};

describe('openSession', () => {
  let folder: string;
  let headers: Record<string, unknown>;
  let client: ClientHttp2Session;
  let session: Session;

  // Stands for the engine's side: it takes the connection over and asks its questions by gRPC.
  const server = createServer();
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'slipway-socket-'));
    server.listen(path.join(folder, 'engine.sock'));
    await once(server, 'listening');
    server.on('upgrade', (incoming, socket) => {
      headers = incoming.headers;
      socket.write('HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n');
      client = connect('http://engine', { createConnection: () => socket });
    });
    const engine = connectEngine({ DOCKER_HOST: `unix://${path.join(folder, 'engine.sock')}` });
    session = await openSession(engine, { host: 'registry.lan:5000', username: 'me', password: 'secret' });
  });
  after(async () => {
    session.close();
    client.destroy();
    server.close();
    await rm(folder, { recursive: true });
  });

  async function ask(path: string, body: Buffer): Promise<{ status: unknown; body: Buffer }> {
    const stream = client.request({
      ':method': 'POST',
      ':path': path,
      'content-type': 'application/grpc',
      te: 'trailers',
    });
    let status: unknown;
    stream.on('response', (head) => {
      status = head['grpc-status'];
    });
    stream.on('trailers', (trailers) => {
      status = trailers['grpc-status'];
    });
    const chunks: Buffer[] = [];
    stream.on('data', (chunk) => chunks.push(chunk));
    stream.end(framed(body));
    await once(stream, 'close');
    return { status, body: Buffer.concat(chunks).subarray(5) };
  }

  it('tells the engine its id', () => {
    assert.equal(headers['x-docker-expose-session-uuid'], session.id);
  });

  it('answers health checks, without which the engine would end it', async () => {
    const { status, body } = await ask('/grpc.health.v1.Health/Check', Buffer.alloc(0));
    assert.equal(status, '0');
    assert.deepEqual([...body], [8, 1]);
  });

  it('gives our registry’s credentials for our registry', async () => {
    const { status, body } = await ask('/moby.filesync.v1.Auth/Credentials', field('registry.lan:5000'));
    assert.equal(status, '0');
    assert.deepEqual(body, Buffer.concat([field('me'), Buffer.from([18, 6]), Buffer.from('secret')]));
  });

  it('gives none for another one', async () => {
    for (const host of ['elsewhere.example', 'registry.lan', 'registry-1.docker.io']) {
      assert.deepEqual(await ask('/moby.filesync.v1.Auth/Credentials', field(host)), {
        status: '0',
        body: Buffer.alloc(0),
      });
    }
  });

  it('says that it knows nothing else', async () => {
    assert.deepEqual(await ask('/moby.filesync.v1.Auth/FetchToken', Buffer.alloc(0)), {
      status: '12',
      body: Buffer.alloc(0),
    });
  });
});
