import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { SlipwayError } from '../../../src/errors.ts';
import { compareCommits } from '../../../src/fetch/compare-commits.ts';
import { awayGitHub, octokitFor, serve } from '../../support/archive-server.ts';

const asked = { owner: 'acme', repo: 'orders', base: 'releases/1.x', head: '1'.repeat(40) };

async function of(t: TestContext, answer: object) {
  const urls: string[] = [];
  const base = await serve(t, (request, response) => {
    urls.push(request.url ?? '');
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ merge_base_commit: { sha: '2'.repeat(40) }, behind_by: 0, ...answer }));
  });
  return { urls, difference: await compareCommits(octokitFor(base), asked) };
}

describe('a comparison of a commit with a branch', () => {
  it('is one request, and tells where they parted and each file that is changed since', async (t) => {
    const files = [
      { filename: 'a', status: 'modified', sha: 'x', patch: '@@ -1 +1 @@\n-a\n+b' },
      { filename: 'b', status: 'renamed', sha: 'y', previous_filename: 'c' },
      { filename: 'module', status: 'changed', sha: null },
      { filename: 'large', status: 'modified', sha: 'z', patch: 'x'.repeat(2 ** 17) },
    ];
    const { urls, difference } = await of(t, { files, behind_by: 2 });
    assert.deepEqual(urls, [`/repos/acme/orders/compare/releases%2F1.x...${asked.head}?per_page=1`]);
    assert.deepEqual(difference, {
      mergeBase: '2'.repeat(40),
      isUpToDate: false,
      isComplete: true,
      files: [
        { path: 'a', status: 'modified', id: 'x', patch: '@@ -1 +1 @@\n-a\n+b' },
        { path: 'b', status: 'renamed', id: 'y', before: 'c' },
        { path: 'module', status: 'changed' },
        { path: 'large', status: 'modified', id: 'z' },
      ],
    });
  });

  it('does not tell all where GitHub shows no more files, or none', async (t) => {
    const many = (count: number) =>
      Array.from({ length: count }, (_, at) => ({ filename: `${at}`, status: 'added', sha: 'x' }));
    assert.equal((await of(t, { files: many(299) })).difference.isComplete, true);
    assert.equal((await of(t, { files: many(300) })).difference.isComplete, false);
    assert.equal((await of(t, {})).difference.isComplete, false);
    assert.equal((await of(t, { files: [] })).difference.isUpToDate, true);
  });

  it('is asked for later where GitHub is away, and once: there are other ways', async (t) => {
    const away = await awayGitHub(t);
    await assert.rejects(
      compareCommits(away.github, asked),
      (error) => error instanceof SlipwayError && error.code === 'github-unavailable' && error.transient,
    );
    assert.equal(away.asked.length, 1);
  });
});
