import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { type ClientHttp2Session, connect } from 'node:http2';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Duplex } from 'node:stream';
import { after, before, describe, it, type TestContext } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import protobuf from 'protobufjs';
import { connectEngine, type Engine } from '../../../../src/build/docker/connect-engine.ts';
import { openSession, type Session } from '../../../../src/build/docker/open-session.ts';
import type { HeldEntry } from '../../../../src/context-entry.ts';

/** protobuf of one text field with the number 1 */
const field = (text: string): Buffer => Buffer.concat([Buffer.from([10, text.length]), Buffer.from(text)]);
const framed = (body: Buffer): Buffer => {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(body.length, 1);
  return Buffer.concat([head, body]);
};

const file = (name: string, content: string): HeldEntry => ({
  ...{ name, kind: 'file', mode: 0o644, mtime: 1_700_000_000, target: '' },
  content: Buffer.from(content),
});
const folder = (name: string): HeldEntry => ({ ...file(name, ''), kind: 'folder', mode: 0o755 });
const ignoreFile = file('.dockerignore', 'Dockerfile');
const credentials = { host: 'registry.lan:5000', username: 'me', password: 'secret' };
const never = new AbortController().signal;
const context = {
  entries: [
    ignoreFile,
    { ...file('link', ''), kind: 'link', mode: 0o777, target: 'src/ä' },
    folder('src'),
    { ...file('src/ä', 'x'.repeat(3 * 2 ** 20)), mode: 0o755 },
  ],
  definition: [ignoreFile, { ...file('Dockerfile', 'FROM scratch'), mtime: 2 ** 50 }],
} as const;

/** What BuildKit’s side of the wire reads and writes (fsutil, wire.proto). */
const { Packet } = protobuf.parse(`syntax = "proto3";
  message Packet { uint32 type = 1; Stat stat = 2; uint32 ID = 3; bytes data = 4; }
  message Stat { string path = 1; uint32 mode = 2; uint32 uid = 3; uint32 gid = 4; int64 size = 5; int64 modTime = 6; string linkname = 7; }
`).root.nested as { Packet: protobuf.Type };
const types = { stat: 0, request: 1, data: 2, end: 3 };

type Told = { path: string; mode: number; size: string; modTime: string; linkname: string };

/** An engine that does this with a connection that is to be a session. */
async function engineThat(test: TestContext, answers: (socket: Duplex) => void): Promise<Engine> {
  const place = await mkdtemp(path.join(tmpdir(), 'slipway-socket-'));
  const server = createServer();
  const sockets: Duplex[] = [];
  server.on('upgrade', (_, socket) => {
    sockets.push(socket);
    answers(socket);
  });
  test.after(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await rm(place, { recursive: true });
  });
  server.listen(path.join(place, 'engine.sock'));
  await once(server, 'listening');
  return connectEngine({ DOCKER_HOST: `unix://${path.join(place, 'engine.sock')}` });
}

describe('a session that is not needed any more', () => {
  it('is closed as soon as it is open, whatever the engine has said by then', async (test) => {
    const switching = 'HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n';
    const settings = Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]);
    const begin = Buffer.concat([Buffer.from(`${switching}PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n`), settings]);
    const engine = await engineThat(test, (socket) => socket.write(begin));
    const session = await openSession(engine, undefined, Promise.resolve(undefined), never);
    session.close();
    // What fails on a later tick ends the process, and this test.
    await setImmediate();
  });

  it('is given up where the engine does not answer', async (test) => {
    const build = new AbortController();
    const engine = await engineThat(test, () => build.abort());
    for (let tries = 0; tries < 2; tries += 1) {
      const opened = openSession(engine, undefined, Promise.resolve(undefined), build.signal);
      await assert.rejects(opened, { code: 'engine-unavailable' });
    }
  });
});

describe('openSession', () => {
  let place: string;
  let headers: Record<string, unknown>;
  let client: ClientHttp2Session;
  let session: Session;

  // Stands for the engine's side: it takes the connection over and asks its questions by gRPC.
  const server = createServer();
  before(async () => {
    place = await mkdtemp(path.join(tmpdir(), 'slipway-socket-'));
    server.listen(path.join(place, 'engine.sock'));
    await once(server, 'listening');
    server.on('upgrade', (incoming, socket) => {
      headers = incoming.headers;
      socket.write('HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n');
      client = connect('http://engine', { createConnection: () => socket });
    });
    const engine = connectEngine({ DOCKER_HOST: `unix://${path.join(place, 'engine.sock')}` });
    session = await openSession(engine, credentials, Promise.resolve(context), never);
  });
  after(async () => {
    session.close();
    client.destroy();
    server.close();
    await rm(place, { recursive: true });
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

  /** Takes a folder over as BuildKit does: all that is told first, then each file's content, then the end. */
  async function copy(question: Record<string, string>): Promise<{ told: Told[]; files: Record<string, Buffer> }> {
    const stream = client.request({
      ':method': 'POST',
      ':path': '/moby.filesync.v1.FileSync/DiffCopy',
      'content-type': 'application/grpc',
      te: 'trailers',
      ...question,
    });
    const told: Told[] = [];
    const contents = new Map<number, Buffer[]>();
    let open = 0;
    const send = (packet: object): void => void stream.write(framed(Buffer.from(Packet.encode(packet).finish())));
    const take = ({ type, stat, ID, data }: { type: number; stat?: Told; ID: number; data: Buffer }): void => {
      if (type === types.stat && stat) told.push(stat);
      if (type === types.stat && !stat) {
        for (const [id, { mode }] of told.entries()) {
          if (mode >= 2 ** 27) continue;
          contents.set(id, []);
          open += 1;
          send({ type: types.request, ID: id });
        }
      }
      if (type === types.data && data.length > 0) contents.get(ID)?.push(data);
      if (type === types.data && data.length === 0) open -= 1;
      if (type === types.end) stream.end();
      else if (open === 0 && (type === types.data || (type === types.stat && !stat))) send({ type: types.end });
    };
    let rest = Buffer.alloc(0);
    stream.on('data', (chunk: Buffer) => {
      rest = Buffer.concat([rest, chunk]);
      while (rest.length >= 5 && rest.length >= 5 + rest.readUInt32BE(1)) {
        const end = 5 + rest.readUInt32BE(1);
        take(Packet.toObject(Packet.decode(rest.subarray(5, end)), { longs: String, defaults: true }) as never);
        rest = rest.subarray(end);
      }
    });
    const [trailers] = await once(stream, 'trailers');
    assert.equal(trailers['grpc-status'], '0');
    const files = [...contents].map(([id, chunks]) => [told[id]?.path, Buffer.concat(chunks)]);
    return { told, files: Object.fromEntries(files) };
  }

  it('sends what the build sees: names, kinds, modes, times and contents', async () => {
    const { told, files } = await copy({ 'dir-name': 'context' });
    const seen = told.map(({ path, mode, size, modTime, linkname }) => [path, mode, size, modTime, linkname]);
    const time = '1700000000000000000';
    assert.deepEqual(seen, [
      ['.dockerignore', 0o644, '10', time, ''],
      ['link', 2 ** 27 + 0o777, '6', time, 'src/ä'],
      ['src', 2 ** 31 + 0o755, '0', time, ''],
      ['src/ä', 0o755, String(3 * 2 ** 20), time, ''],
    ]);
    assert.deepEqual(Object.keys(files), ['.dockerignore', 'src/ä']);
    assert(files['src/ä']?.equals(context.entries[3].content));
  });

  it('sends Dockerfile and ignore file where the build’s definition is asked for', async () => {
    const { files } = await copy({ 'dir-name': 'dockerfile', followpaths: 'Dockerfile' });
    assert.deepEqual(
      Object.entries(files).map(([name, content]) => [name, String(content)]),
      [
        ['.dockerignore', 'Dockerfile'],
        ['Dockerfile', 'FROM scratch'],
      ],
    );
  });

  it('sends the ignore file alone where only that is asked for', async () => {
    const asked = { 'dir-name': 'context', followpaths: '.dockerignore' };
    assert.deepEqual(Object.keys((await copy(asked)).files), ['.dockerignore']);
    const copied = await copy({ ...asked, 'exclude-patterns': 'Dockerfile' });
    assert.deepEqual(Object.keys(copied.files), ['.dockerignore', 'src/ä']);
  });

  it('ends a call that it cannot understand, and goes on with the others', async () => {
    const nonsense = [framed(Buffer.from([0xff, 0xff, 0xff])), Buffer.from([0, 0xff, 0xff, 0xff, 0xff, 1])];
    for (const path of ['/moby.filesync.v1.FileSync/DiffCopy', '/moby.filesync.v1.Auth/Credentials']) {
      for (const bytes of nonsense) {
        const stream = client.request({ ':method': 'POST', ':path': path, 'content-type': 'application/grpc' });
        stream.on('error', () => undefined);
        stream.resume();
        stream.end(bytes);
        await new Promise((resolve) => stream.once('close', resolve));
      }
    }
    const gone = client.request({ ':method': 'POST', ':path': '/moby.filesync.v1.FileSync/DiffCopy' });
    gone.on('error', () => undefined);
    gone.close(8);
    await new Promise((resolve) => gone.once('close', resolve));
    assert.equal((await ask('/grpc.health.v1.Health/Check', Buffer.alloc(0))).status, '0');
  });

  it('tells times that BuildKit can read, whatever a commit says', async () => {
    const { told } = await copy({ 'dir-name': 'dockerfile', followpaths: 'Dockerfile' });
    assert.deepEqual(
      told.map(({ modTime }) => Math.round(Number(modTime) / 1e9)),
      [1_700_000_000, 0o77777777777],
    );
  });
});
