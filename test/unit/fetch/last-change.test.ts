import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SlipwayError } from '../../../src/errors.ts';
import { lastChange } from '../../../src/fetch/last-change.ts';
import { awayGitHub } from '../../support/archive-server.ts';

const file = { owner: 'acme', repo: 'orders', ref: 'develop', path: 'x.yml', etag: undefined };

describe('the last change of a file', () => {
  it('is asked for once where GitHub is away: it can be done without', async (t) => {
    const away = await awayGitHub(t);
    await assert.rejects(
      lastChange(away.github, file),
      (error) => error instanceof SlipwayError && error.code === 'github-unavailable' && error.transient,
    );
    assert.deepEqual(away.asked, ['/repos/acme/orders/commits?sha=develop&path=x.yml&per_page=1']);
  });
});
