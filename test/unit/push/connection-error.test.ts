import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SlipwayError } from '../../../src/errors.ts';
import { connectionError } from '../../../src/push/connection-error.ts';

const errand = { host: 'registry.lan:5000', doing: 'listing the tags of orders' };
const coded = (code: string, message = code): Error => Object.assign(new Error(message), { code });
const failed = (cause: unknown): Error => new TypeError('fetch failed', { cause });

describe('a request without a complete answer', () => {
  it('is worth another try when the network is to blame', () => {
    const causes = [
      coded('ECONNREFUSED'),
      coded('UND_ERR_HEADERS_TIMEOUT'),
      coded('ENOTFOUND'),
      new AggregateError([coded('ECONNREFUSED')], 'both'),
      new Error('something new'),
    ];
    for (const cause of causes) {
      const error = connectionError(failed(cause), errand);
      assert.deepEqual([error.code, error.transient], ['registry-unavailable', true]);
      assert.match(error.message, /^The registry registry\.lan:5000 .* while listing the tags of orders\.$/);
    }
    assert.match(connectionError(failed(causes[3]), errand).message, /refused the connection/);
  });

  it('is not tried again when the registry is not trusted, and is told in plain words', () => {
    const words: readonly [string, RegExp, RegExp][] = [
      ['DEPTH_ZERO_SELF_SIGNED_CERT', /signed by itself/, /REGISTRY_CA_FILE/],
      ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', /authority that is not known/, /REGISTRY_CA_FILE/],
      ['CERT_HAS_EXPIRED', /has expired/, /Renew/],
      ['CERT_NOT_YET_VALID', /not valid yet/, /clocks/],
      ['ERR_SSL_WRONG_VERSION_NUMBER', /plain http where https was expected/, /certificate/],
      ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', /no encrypted connection/, /TLS settings/],
    ];
    for (const [code, message, help] of words) {
      const error = connectionError(failed(coded(code)), errand);
      assert.deepEqual([error.code, error.transient], ['registry-untrusted', false]);
      assert.match(error.message, message);
      assert.match(error.help ?? '', help);
    }
  });

  it('names the port that web clients never connect to', () => {
    assert.equal(connectionError(failed(new Error('bad port')), errand).code, 'bad-settings');
  });

  it('says by whose wish it was stopped', () => {
    const stopped = (reason?: unknown): SlipwayError =>
      connectionError(failed(coded('ECONNRESET')), errand, AbortSignal.abort(reason));
    assert.equal(stopped().code, 'cancelled');
    assert.equal(stopped(new DOMException('late', 'TimeoutError')).code, 'timeout');
    const lost = new SlipwayError('lease-lost', 'Another worker has it.');
    assert.equal(stopped(lost), lost);
  });

  it('ends for errors that contain themselves', () => {
    const circle = new Error('round');
    circle.cause = circle;
    assert.equal(connectionError(circle, errand).code, 'registry-unavailable');
  });
});
