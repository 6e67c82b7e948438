import assert from 'node:assert/strict';
import { it } from 'node:test';
import { createLog } from '../../../src/log.ts';
import { pullComparisons } from '../../../src/publish/pull-comparisons.ts';
import { awayGitHub } from '../../support/archive-server.ts';
import { openPull } from '../../support/open-pull.ts';

it('what a head is compared with costs one request each, and a plan goes on where GitHub does not answer', async (t) => {
  const { github, asked } = await awayGitHub(t);
  const comparisons = pullComparisons(createLog('silent'), github, openPull);
  for (let times = 0; times < 2; times += 1) {
    assert.equal(await comparisons.withBase(), undefined);
    assert.equal(await comparisons.withBefore('2'.repeat(40)), undefined);
    assert.equal(await comparisons.withTexts(), undefined);
  }
  assert.equal(asked.length, 3);
});
