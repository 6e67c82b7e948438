import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { SlipwayError } from '../../../src/errors.ts';
import { listTouchedFiles } from '../../../src/fetch/list-touched-files.ts';
import { octokitFor, serve } from '../../support/archive-server.ts';

const pull = { owner: 'acme', repo: 'orders', number: 12 };
const more = () => false;

/** A pull request of so many files; the n-th was renamed. */
async function of(t: TestContext, count: number, renamed = -1) {
  const asked: number[] = [];
  const base = await serve(t, (request, response) => {
    const url = new URL(request.url ?? '', 'http://github');
    assert.equal(url.pathname, '/repos/acme/orders/pulls/12/files');
    const [page, size] = [Number(url.searchParams.get('page')), Number(url.searchParams.get('per_page'))];
    asked.push(page);
    const files = Array.from({ length: Math.min(count, 3000) }, (_, at) => ({
      filename: `f${at}`,
      ...(at === renamed ? { status: 'renamed', previous_filename: 'before' } : {}),
    }));
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(files.slice((page - 1) * size, page * size)));
  });
  return { asked, github: octokitFor(base) };
}

describe('the files that a pull request touches', () => {
  it('come from all pages, a renamed one under both names', async (t) => {
    const { asked, github } = await of(t, 250, 120);
    const { paths, isComplete } = await listTouchedFiles(github, pull)(more);
    assert.deepEqual([asked, isComplete, paths.length], [[1, 2, 3], true, 251]);
    assert.ok(paths.includes('before') && paths.includes('f120') && paths.includes('f249'));
  });

  it('cost no more requests than are needed', async (t) => {
    const { asked, github } = await of(t, 250);
    const touchedFiles = listTouchedFiles(github, pull);
    assert.equal((await touchedFiles((page) => page.includes('f150'))).isComplete, true);
    assert.deepEqual(asked, [1, 2]);
    assert.equal((await touchedFiles(more)).paths.length, 250);
    assert.deepEqual(asked, [1, 2, 3]);
  });

  it('are not all there where GitHub lists no more of them', async (t) => {
    const { asked, github } = await of(t, 4000);
    assert.equal((await listTouchedFiles(github, pull)(more)).isComplete, false);
    assert.equal(asked.length, 30);
  });

  it('are asked for later where GitHub is away', async (t) => {
    const base = await serve(t, (_, response) => response.writeHead(502).end());
    await assert.rejects(
      listTouchedFiles(octokitFor(base), pull)(more),
      (error) => error instanceof SlipwayError && error.code === 'github-unavailable' && error.transient,
    );
  });
});
