import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { describe, it } from 'node:test';
import { untilAborted } from '../../../src/push/until-aborted.ts';

describe('waiting for shared work', () => {
  it('ends with the work', async () => {
    const { signal } = new AbortController();
    assert.equal(await untilAborted(Promise.resolve(7), signal, 'waiting'), 7);
    await assert.rejects(untilAborted(Promise.reject(new Error('broken')), signal, 'waiting'), /broken/);
  });

  it('ends for the one whose signal is aborted, while the others go on waiting', async () => {
    const { promise, resolve } = Promise.withResolvers<string>();
    const impatient = new AbortController();
    const first = untilAborted(promise, impatient.signal, 'waiting');
    const second = untilAborted(promise, new AbortController().signal, 'waiting');
    impatient.abort();
    await assert.rejects(first, { code: 'cancelled' });
    resolve('there');
    assert.equal(await second, 'there');
  });

  it('leaves nothing on a signal that lives longer', async () => {
    const { signal } = new AbortController();
    await untilAborted(Promise.resolve(), signal, 'waiting');
    assert.deepEqual(getEventListeners(signal, 'abort'), []);
  });

  it('does not begin when the signal is aborted already', async () => {
    const never = new Promise<never>(() => undefined);
    await assert.rejects(untilAborted(never, AbortSignal.abort(), 'waiting'), { code: 'cancelled' });
  });
});
