import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SlipwayError } from '../../../src/errors.ts';
import { archiveError } from '../../../src/fetch/archive-error.ts';

const { signal } = new AbortController();
const failed = (code: string) => Object.assign(new Error('failed'), { code });

describe('an error while an archive is handled', () => {
  it('is a full disk when the system says so, and tried again', () => {
    for (const code of ['ENOSPC', 'EDQUOT']) {
      const error = archiveError(failed(code), signal, 'fetching acme/orders');
      assert.deepEqual([error.code, error.fault, error.transient], ['disk-full', 'ours', true]);
      assert.match(error.message, /while fetching acme\/orders/);
    }
  });

  it('is a broken archive otherwise', () => {
    const error = archiveError(failed('Z_DATA_ERROR'), signal, 'fetching acme/orders');
    assert.deepEqual([error.code, error.fault, error.transient], ['source-truncated', 'ours', true]);
  });

  it('stays what it was when it was told already, and is the stop when we were stopped', () => {
    const told = new SlipwayError('source-hostile', 'No.');
    assert.equal(archiveError(told, signal, 'x'), told);
    assert.equal(archiveError(failed('EPIPE'), AbortSignal.abort(), 'x').code, 'cancelled');
  });
});
