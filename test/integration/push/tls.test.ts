import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { createLog } from '../../../src/log.ts';
import { type Authority, makeAuthority } from '../../support/certificates.ts';
import { startFront } from '../../support/front.ts';
import { putImage } from '../../support/images.ts';
import { startRegistry } from '../../support/registries.ts';
import { never, openClient } from '../../support/registry-client.ts';

/** A server that hands TLS to one port and plain http to another one; where there is none, it breaks off. */
async function startSwitch(ports: {
  readonly tls?: number;
  readonly plain?: number;
}): Promise<{ address: string; stop(): void }> {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.once('data', (first: Buffer) => {
      const port = first[0] === 0x16 ? ports.tls : ports.plain;
      if (port === undefined) {
        socket.destroy();
        return;
      }
      const onward = connect(port, '127.0.0.1').on('error', () => socket.destroy());
      onward.write(first);
      socket.pipe(onward).pipe(socket);
    });
  });
  server.listen(0, '127.0.0.1').unref();
  await once(server, 'listening');
  return { address: `127.0.0.1:${(server.address() as AddressInfo).port}`, stop: () => server.close() };
}

describe('trust in a registry', () => {
  let authority: Authority;
  before(async () => {
    authority = await makeAuthority();
  });
  after(() => authority.remove());

  it('comes from a private authority that the settings name', async () => {
    const started = await startRegistry({ tls: await authority.issue(['IP:127.0.0.1', 'DNS:localhost']) });
    for (const address of [started.address, `localhost:${started.port}`]) {
      const registry = openClient({ ...started, address });
      await registry.ping(never);
      assert.equal(await registry.digest('orders', '1.0.0', never), undefined);
      await registry.close();
    }
    await started.stop();
  });

  it('is missing, in plain words, for each kind of wrong certificate', async () => {
    const other = await makeAuthority();
    const names = ['IP:127.0.0.1'];
    const rows = [
      {
        tls: await authority.issue(names),
        ca: undefined,
        words: /authority that is not known/,
        help: /REGISTRY_CA_FILE/,
      },
      {
        tls: await authority.issue(names),
        ca: other.ca,
        words: /authority that is not known/,
        help: /REGISTRY_CA_FILE/,
      },
      {
        tls: await authority.issue(['DNS:registry.lan']),
        ca: authority.ca,
        words: /for other names \(.*registry\.lan/,
        help: /subjectAltName/,
      },
      { tls: await authority.issue(names, -1), ca: authority.ca, words: /has expired/, help: /Renew/ },
      { tls: await authority.selfSigned(names), ca: authority.ca, words: /signed by itself/, help: /REGISTRY_CA_FILE/ },
    ];
    for (const { tls, ca, words, help } of rows) {
      const started = await startRegistry({ tls });
      const registry = openClient({ address: started.address, ca });
      for (const work of [() => registry.ping(never), () => registry.tags('orders', never)]) {
        await assert.rejects(work, { code: 'registry-untrusted', transient: false, message: words, help });
      }
      await registry.close();
      await started.stop();
    }
    await other.remove();
  });

  it('is not asked for where a registry on this machine speaks plain http; the answer is kept', async () => {
    const started = await startRegistry();
    await putImage(started.url, 'orders', '1.0.0');
    const lines: string[] = [];
    const log = createLog('debug', { write: (line: string) => lines.push(line) });
    const registry = openClient({ address: `localhost:${started.port}` }, { log });
    await Promise.all([registry.ping(never), registry.ping(never)]);
    assert.deepEqual(await registry.tags('orders', never), ['1.0.0']);
    assert.equal(lines.length, 1);
    assert.match(lines[0] ?? '', /"protocol":"http:"/);
    await registry.close();
    await started.stop();
  });

  it('decides: https that is not trusted never becomes plain http', async () => {
    const secure = await startFront({ tls: await authority.issue(['IP:127.0.0.1']), answer: () => true });
    const plain = await startFront({ answer: (_, response) => response.end() !== undefined });
    const both = await startSwitch({ tls: secure.port, plain: plain.port });
    const registry = openClient(both);
    await assert.rejects(registry.ping(never), { code: 'registry-untrusted' });
    assert.deepEqual(plain.exchanges, []);
    await registry.close();
    both.stop();
    await secure.stop();
    await plain.stop();
  });

  it('is not asked for where a registry on this machine breaks TLS off, as long as it answers as a registry does', async () => {
    for (const [status, found] of [
      [200, 'http'],
      [401, 'http'],
      [400, 'error'],
      [503, 'error'],
    ] as const) {
      const plain = await startFront({
        answer: (_, response) => response.writeHead(status, { 'docker-content-digest': 'x' }).end() !== undefined,
      });
      const broken = await startSwitch({ plain: plain.port });
      const registry = openClient(broken);
      const tags = await registry.digest('orders', '1.0.0', never).catch((error: Error) => error);
      const asked = plain.exchanges.filter(({ path }) => path !== '/v2/');
      assert.equal(asked.length, found === 'http' ? 1 : 0, `${status}: ${tags}`);
      if (found === 'error') assert.match(String(tags), /broke the connection off/);
      await registry.close();
      broken.stop();
      await plain.stop();
    }
  });

  it('is not given to plain http anywhere else', async () => {
    const front = await startFront({ answer: (_, response) => response.end() !== undefined });
    // Leads to this machine, and is no loopback address.
    const registry = openClient({ address: `0.0.0.0:${front.port}` });
    await assert.rejects(registry.ping(never), {
      code: 'registry-untrusted',
      message: /plain http where https was expected/,
      help: /localhost/,
    });
    assert.deepEqual(front.exchanges, []);
    await registry.close();
    await front.stop();
  });

  it('needs an authority that can be read', () => {
    const broken = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----';
    for (const ca of ['', 'not a certificate', broken, `${authority.ca}\n${broken}`]) {
      assert.throws(() => openClient({ address: 'registry.lan:5000', ca }), {
        code: 'bad-settings',
        message: /REGISTRY_CA_FILE: expected a PEM file/,
      });
    }
  });
});
