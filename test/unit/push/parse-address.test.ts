import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseAddress } from '../../../src/push/parse-address.ts';

describe('the registry’s address', () => {
  it('is a host, with a prefix where there is one', () => {
    assert.deepEqual(parseAddress('registry.lan:5000'), {
      host: 'registry.lan:5000',
      prefix: '',
      apiHost: 'registry.lan:5000',
      loopback: false,
    });
    assert.equal(parseAddress('registry.lan/team/web').prefix, 'team/web/');
    assert.equal(parseAddress('registry.lan/team/').prefix, 'team/');
  });

  it('of Docker Hub stays what people write, and its API is found where it is', () => {
    const { host, apiHost, prefix } = parseAddress('docker.io/acme');
    assert.deepEqual([host, apiHost, prefix], ['docker.io', 'registry-1.docker.io', 'acme/']);
  });

  it('is on this machine for localhost, 127.0.0.0/8 and ::1 alone', () => {
    for (const address of ['localhost', 'localhost:5000', '127.0.0.1:5000', '127.9.8.7', '[::1]:5000', 'LOCALHOST:1']) {
      assert.equal(parseAddress(address).loopback, true, address);
    }
    for (const address of ['localhost.lan:5000', '127.0.0.1.lan', '128.0.0.1:5000', '[::2]:5000', '10.0.0.1']) {
      assert.equal(parseAddress(address).loopback, false, address);
    }
  });

  it('is refused when docker would take it for something else', () => {
    for (const address of [
      'acme',
      'acme/team',
      '',
      'registry.lan:notaport',
      'registry.lan:99999',
      'me:pw@registry.lan',
    ]) {
      assert.throws(
        () => parseAddress(address),
        { code: 'bad-settings', message: /^REGISTRY: expected a host/ },
        address,
      );
    }
  });
});
