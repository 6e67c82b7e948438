import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { describe, it, type TestContext } from 'node:test';
import { SlipwayError } from '../../../src/errors.ts';
import { compareWithTree } from '../../../src/fetch/compare-with-tree.ts';
import { awayGitHub, octokitFor, serve } from '../../support/archive-server.ts';

const commit = { owner: 'acme', repo: 'orders', commit: '1'.repeat(40) };

/** The id that git itself gives a file. */
const idOf = (text: string): string =>
  execFileSync('git', ['hash-object', '--stdin'], { input: text }).toString().trim();

async function of(t: TestContext, entries: readonly object[], truncated = false) {
  const base = await serve(t, (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ sha: '2'.repeat(40), tree: entries, truncated }));
  });
  return await compareWithTree(octokitFor(base), commit);
}

const file = (path: string, text: string) => ({ path, mode: '100644', type: 'blob', sha: idOf(text) });

describe('known texts beside the tree of a commit', () => {
  it('are the same where git gives the file the same id, and where there is none as before', async (t) => {
    const compare = await of(t, [file('a/é.json', 'größer\n'), { path: 'a', mode: '040000', type: 'tree', sha: 'x' }]);
    assert.equal(compare('a/é.json', 'größer\n'), true);
    assert.equal(compare('a/é.json', 'other\n'), false);
    assert.equal(compare('a/é.json', undefined), false);
    assert.equal(compare('gone', undefined), true);
    assert.equal(compare('gone', 'text'), false);
    assert.equal(compare('a', undefined), true);
  });

  it('may be others behind a link, and beyond what GitHub lists', async (t) => {
    const link = { path: 'link', mode: '120000', type: 'blob', sha: idOf('there') };
    const compare = await of(t, [link]);
    assert.equal(compare('link', 'there'), false);
    assert.equal(compare('link/package.json', undefined), false);
    assert.equal((await of(t, [file('a', 'text')], true))('a', 'text'), false);
    assert.equal((await of(t, [], true))('gone', undefined), false);
  });

  it('are asked about later where GitHub is away, and once: there are other ways', async (t) => {
    const away = await awayGitHub(t);
    await assert.rejects(
      compareWithTree(away.github, commit),
      (error) => error instanceof SlipwayError && error.code === 'github-unavailable' && error.transient,
    );
    assert.equal(away.asked.length, 1);
  });
});
