import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isUnsupported, responseError } from '../../../src/push/response-error.ts';

const errand = { host: 'registry.lan', doing: 'listing the tags of orders' };
const account = { username: 'robot', password: 'hunter2' };
const answer = (status: number, text = '', retryAfter: string | null = null) => ({ status, text, retryAfter });
const body = (code: string, message: string, detail: unknown = null): string =>
  JSON.stringify({ errors: [{ code, message, detail }] });

describe('an answer that is not the hoped one', () => {
  it('is told with the registry’s own code and message', () => {
    const error = responseError(answer(400, body('NAME_INVALID', 'invalid\nrepository name')), errand);
    assert.equal(error.code, 'registry-failed');
    assert.equal(error.transient, false);
    assert.equal(
      error.message,
      'The registry registry.lan answered 400 NAME_INVALID: invalid repository name while listing the tags of orders.',
    );
  });

  it('is worth another try when the registry is busy or broken', () => {
    for (const status of [408, 429, 500, 502, 503, 504]) {
      const error = responseError(answer(status), errand);
      assert.deepEqual([error.code, error.transient, error.retryAfter], ['registry-unavailable', true, undefined]);
    }
    assert.equal(responseError(answer(403, body('TOOMANYREQUESTS', 'slow down')), errand).code, 'registry-unavailable');
  });

  it('tells how long to wait, in seconds or by a date', () => {
    const now = Date.parse('2026-01-01T00:00:00Z');
    const wait = (retryAfter: string) => responseError(answer(429, '', retryAfter), errand, undefined, now).retryAfter;
    assert.equal(wait('17'), 17);
    assert.equal(wait('Thu, 01 Jan 2026 00:01:30 GMT'), 90);
    assert.equal(wait('Thu, 01 Jan 2025 00:00:00 GMT'), 0);
    assert.equal(wait('soon'), undefined);
  });

  it('is a refusal when it is about who we are', () => {
    for (const given of [
      answer(401),
      answer(403),
      answer(400, body('DENIED', 'no')),
      answer(404, body('UNAUTHORIZED', '')),
    ]) {
      assert.equal(responseError(given, errand, account).code, 'registry-refused');
    }
    const asked = responseError(answer(401), errand);
    assert.match(asked.message, /asks for credentials/);
    assert.match(asked.help ?? '', /REGISTRY_USERNAME/);
    assert.match(responseError(answer(403), errand, account).message, /refused the account robot/);
  });

  it('is a full disk in all the ways in which registries say so', () => {
    const details = [
      answer(507),
      answer(500, body('UNKNOWN', 'unknown error', { DriverName: 'filesystem', Enclosed: { Op: 'write', Err: 28 } })),
      answer(500, body('UNKNOWN', 'write /var/lib/registry/x: no space left on device')),
      answer(413, 'Disk quota exceeded'),
    ];
    for (const given of details) assert.equal(responseError(given, errand).code, 'disk-full');
    assert.equal(responseError(answer(500, body('UNKNOWN', '', { Err: 2 })), errand).code, 'registry-unavailable');
  });

  it('keeps the password out, and pages of proxies too', () => {
    const echoed = responseError(answer(401, body('UNAUTHORIZED', 'robot:hunter2 is wrong')), errand, account);
    assert.doesNotMatch(echoed.message, /hunter2/);
    const page = responseError(answer(404, '<html>not here</html>'), errand);
    assert.equal(page.message, 'The registry registry.lan answered 404 while listing the tags of orders.');
    assert.match(responseError(answer(404, 'not here'), errand).message, /answered 404 not here while/);
  });

  it('copes with every JSON', () => {
    for (const text of ['null', '1', '"x"', '[]', '{"errors":null}', '{"errors":[]}', '{"errors":[null]}', '{']) {
      assert.equal(responseError(answer(404, text), errand).code, 'registry-failed', text);
    }
  });
});

describe('an operation that a registry does not offer', () => {
  it('is known by status or code', () => {
    assert.equal(isUnsupported(answer(405)), true);
    assert.equal(isUnsupported(answer(501)), true);
    assert.equal(isUnsupported(answer(400, body('UNSUPPORTED', 'no'))), true);
    assert.equal(isUnsupported(answer(400, body('DENIED', 'no'))), false);
  });
});
