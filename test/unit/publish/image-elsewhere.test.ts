import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { imageElsewhere } from '../../../src/publish/image-elsewhere.ts';
import type { Store } from '../../../src/store/store.ts';

const now = Date.parse('2026-05-04T10:00:00Z');
const minutesAgo = (minutes: number) => new Date(now - minutes * 60_000);
const image = { imageId: 'sha256:1', engineId: 'THEIRS' };

const ask = (build: Parameters<typeof imageElsewhere>[1], seen?: Date) => {
  const store = { engineSeen: async () => seen } as Partial<Store> as Store;
  return imageElsewhere({ store, engineId: async () => 'OURS' }, build, now);
};

describe('a build whose image is on an engine', () => {
  it('that is ours, or that has no image yet, goes on here', async () => {
    assert.equal(await ask({}), undefined);
    assert.equal(await ask({ built: { ...image, engineId: 'OURS' } }), undefined);
  });

  it('of another worker waits for that worker', async () => {
    assert.deepEqual(await ask({ built: image }, minutesAgo(9)), { kind: 'waits', engineId: 'THEIRS' });
  });

  it('that nobody has seen for 10 minutes is built anew', async () => {
    assert.deepEqual(await ask({ built: image }, minutesAgo(11)), { kind: 'gone', engineId: 'THEIRS' });
    assert.deepEqual(await ask({ built: image }), { kind: 'gone', engineId: 'THEIRS' });
  });

  it('and in staging already needs no engine', async () => {
    const staged = { ...image, digest: 'sha256:2', repository: 'slipway-staging', tag: 'b' };
    assert.equal(await ask({ built: image, staged }, minutesAgo(1)), undefined);
  });
});
