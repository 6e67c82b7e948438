import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { engineAddress } from '../../../../src/build/docker/engine-address.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'slipway-certs-'));
after(() => rmSync(folder, { recursive: true }));
for (const name of ['ca', 'cert', 'key']) writeFileSync(path.join(folder, `${name}.pem`), `the ${name}`);

describe('engineAddress', () => {
  it('is the local socket without settings', () => {
    const local = { socketPath: '/var/run/docker.sock' };
    assert.deepEqual(engineAddress({}), local);
    assert.deepEqual(engineAddress({ DOCKER_HOST: ' ' }), local);
    assert.deepEqual(engineAddress({ DOCKER_HOST: 'unix://' }), local);
    assert.deepEqual(engineAddress({ DOCKER_HOST: 'unix:///run/user/1/docker.sock' }), {
      socketPath: '/run/user/1/docker.sock',
    });
  });

  it('is a port, plain without DOCKER_TLS_VERIFY, even where certificates lie', () => {
    assert.deepEqual(engineAddress({ DOCKER_HOST: 'tcp://engine.lan:1234', DOCKER_CERT_PATH: folder }), {
      host: 'http://engine.lan',
      port: 1234,
      protocol: 'http',
    });
    assert.deepEqual(engineAddress({ DOCKER_HOST: 'engine.lan' }), {
      host: 'http://engine.lan',
      port: 2375,
      protocol: 'http',
    });
    assert.deepEqual(engineAddress({ DOCKER_HOST: 'tcp://[::1]:1234' }), {
      host: 'http://[::1]',
      port: 1234,
      protocol: 'http',
    });
  });

  it('is a port with TLS and the certificates of the folder', () => {
    const environment = { DOCKER_HOST: 'tcp://engine.lan', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: folder };
    assert.deepEqual(engineAddress(environment), {
      host: 'https://engine.lan',
      port: 2376,
      protocol: 'https',
      ca: 'the ca',
      cert: 'the cert',
      key: 'the key',
    });
  });

  it('looks for certificates in the home folder without DOCKER_CERT_PATH, and goes on without them', () => {
    const environment = { DOCKER_HOST: 'tcp://engine.lan', DOCKER_TLS_VERIFY: '1', HOME: folder };
    assert.deepEqual(engineAddress(environment), { host: 'https://engine.lan', port: 2376, protocol: 'https' });
  });

  it('refuses half a pair of certificates', () => {
    const half = mkdtempSync(path.join(tmpdir(), 'slipway-certs-'));
    writeFileSync(path.join(half, 'cert.pem'), 'x');
    const environment = { DOCKER_HOST: 'tcp://engine.lan', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: half };
    assert.throws(() => engineAddress(environment), { code: 'bad-settings', message: /found only one/ });
    rmSync(half, { recursive: true });
  });

  it('refuses ssh and everything else in plain words', () => {
    assert.throws(() => engineAddress({ DOCKER_HOST: 'ssh://me@engine.lan' }), {
      code: 'bad-settings',
      message: /expected unix:\/\/.* or tcp:\/\/.*, found an ssh address/,
    });
    for (const wrong of ['npipe:////./pipe/docker_engine', 'tcp://', 'tcp://engine.lan/path', 'ftp://x']) {
      assert.throws(() => engineAddress({ DOCKER_HOST: wrong }), {
        code: 'bad-settings',
        message: /^DOCKER_HOST: expected/,
      });
    }
  });
});
