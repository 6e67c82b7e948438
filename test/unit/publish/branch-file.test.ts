import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { SlipwayError } from '../../../src/errors.ts';
import type { TaggedText } from '../../../src/fetch/read-with-tag.ts';
import { createLog } from '../../../src/log.ts';
import { branchFile } from '../../../src/publish/branch-file.ts';
import type { KnownText } from '../../../src/store/store.ts';
import type { PullRequest } from '../../../src/terms.ts';
import { octokitFor, serve } from '../../support/archive-server.ts';
import { openPull } from '../../support/open-pull.ts';

/**
 * A branch with one file, a link that leads nowhere, or nothing; `commits` changed it. Where `away` is a status it answers the
 * question for them. What is asked, and with which answer, is written down.
 */
function branch(t: TestContext) {
  const state = { text: undefined as string | undefined, commits: 0, isAtHead: false, away: 0, isDangling: false };
  let told: TaggedText | undefined;
  const asked: string[] = [];
  let known: KnownText | undefined;
  const store = {
    text: async () => known,
    keepBranchText: async (_: number, __: string, ___: string, found: KnownText) => {
      known = found;
    },
  };
  const base = serve(t, (request, response) => {
    const isList = request.url?.includes('/commits?') === true;
    const etag = isList ? `"commit-${state.commits}"` : `"${state.text}"`;
    const isFile = !isList && state.text !== undefined;
    const isThere = isList || isFile || state.isDangling;
    const found = !isThere ? 404 : request.headers['if-none-match'] === etag ? 304 : 200;
    const status = (isList && state.away) || found;
    asked.push(`${isList ? 'change' : 'file'} ${status}`);
    const type = isFile ? 'application/vnd.github.raw+json' : 'application/json';
    const wait = status === 429 ? { 'retry-after': '60' } : {};
    response.writeHead(status, { 'content-type': type, ...(isThere ? { etag } : {}), ...wait });
    const list = JSON.stringify(Array.from({ length: Math.min(1, state.commits) }, () => ({ sha: 'x' })));
    response.end(status === 304 ? undefined : isList ? list : (state.text ?? '{"message": "Not Found"}'));
  });
  const read = async (given: Partial<PullRequest> = {}) => {
    asked.length = 0;
    const hints = { isAtHead: async () => state.isAtHead, compared: async () => told };
    const about = { ...openPull, ...given };
    const text = await branchFile(
      { store: store as never, log: createLog('silent') },
      octokitFor(await base),
      about,
      'x.yml',
      hints,
    );
    return [text, ...asked];
  };
  const tell = (by: TaggedText | undefined): void => {
    told = by;
  };
  return { state, read, tell };
}

describe('a file of a base branch', () => {
  it('that was never there costs nothing from the second time on, and is seen when it comes', async (t) => {
    const { state, read } = branch(t);
    assert.deepEqual(await read(), [undefined, 'file 404', 'change 200']);
    assert.deepEqual(await read(), [undefined, 'change 304']);
    Object.assign(state, { text: 'one', commits: 1 });
    assert.deepEqual(await read(), ['one', 'change 200', 'file 200']);
    assert.deepEqual(await read(), ['one', 'file 304']);
  });

  it('that went away costs nothing once that is known, and is seen when it comes back', async (t) => {
    const { state, read } = branch(t);
    Object.assign(state, { text: 'one', commits: 1 });
    assert.deepEqual(await read(), ['one', 'file 200']);
    Object.assign(state, { text: undefined, commits: 2 });
    assert.deepEqual(await read(), [undefined, 'file 404']);
    assert.deepEqual(await read(), [undefined, 'change 200', 'file 404']);
    assert.deepEqual(await read(), [undefined, 'change 304']);
    Object.assign(state, { text: 'two', commits: 3 });
    assert.deepEqual(await read(), ['two', 'change 200', 'file 200']);
  });

  it('that went away before the first time leaves no tag: it may have come back between two answers', async (t) => {
    const { state, read } = branch(t);
    state.commits = 2;
    assert.deepEqual(await read(), [undefined, 'file 404', 'change 200']);
    state.text = 'late';
    assert.deepEqual(await read(), ['late', 'change 200', 'file 200']);
  });

  const title = { title: 'Release 1.0.0' };

  it('that was never there costs one request where the title takes another, and nothing from the second time on', async (t) => {
    const { read } = branch(t);
    assert.deepEqual(await read(title), [undefined, 'change 200']);
    assert.deepEqual(await read(title), [undefined, 'change 304']);
  });

  it('costs one request where the head has it, and the title takes another', async (t) => {
    const { state, read } = branch(t);
    Object.assign(state, { text: 'one', commits: 1, isAtHead: true });
    assert.deepEqual(await read(title), ['one', 'file 200']);
    assert.deepEqual(await read(title), ['one', 'file 304']);
  });

  it('that the head alone has leaves the tag to the next time: the head is compared with the branch now', async (t) => {
    const { state, read } = branch(t);
    state.isAtHead = true;
    assert.deepEqual(await read(), [undefined, 'file 404']);
    assert.deepEqual(await read(), [undefined, 'change 200']);
    assert.deepEqual(await read(), [undefined, 'change 304']);
  });

  for (const status of [502, 422]) {
    it(`that is not there costs two requests as long as GitHub answers ${status} for its last change`, async (t) => {
      const { state, read } = branch(t);
      state.away = status;
      assert.deepEqual(await read(), [undefined, 'file 404', `change ${status}`]);
      assert.deepEqual(await read(), [undefined, `change ${status}`, 'file 404']);
      state.text = 'one';
      assert.deepEqual(await read(), ['one', `change ${status}`, 'file 200']);
    });
  }

  it('is waited for where GitHub asks to wait', async (t) => {
    const { state, read } = branch(t);
    state.away = 429;
    await assert.rejects(read(), (error) => error instanceof SlipwayError && error.retryAfter === 60);
  });

  it('that a link leads to comes without a change of the link', async (t) => {
    const { state, read } = branch(t);
    Object.assign(state, { isDangling: true, commits: 1 });
    assert.deepEqual(await read(), [undefined, 'file 200']);
    assert.deepEqual(await read(), [undefined, 'change 200', 'file 200']);
    state.text = 'one';
    assert.deepEqual(await read(), ['one', 'change 200', 'file 200']);
  });

  it('that a comparison tells of is not asked for, until there is a tag that makes that free', async (t) => {
    const { state, read, tell } = branch(t);
    tell({ text: 'one' });
    assert.deepEqual(await read(), ['one']);
    assert.deepEqual(await read(), ['one']);
    tell(undefined);
    Object.assign(state, { text: 'two', commits: 1 });
    assert.deepEqual(await read(), ['two', 'file 200']);
    tell({ text: 'one' });
    assert.deepEqual(await read(), ['two', 'file 304']);
  });
});
