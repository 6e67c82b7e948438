import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import type { TaggedText } from '../../../src/fetch/read-with-tag.ts';
import { branchFile } from '../../../src/publish/branch-file.ts';
import type { KnownText } from '../../../src/store/store.ts';
import type { PullRequest } from '../../../src/terms.ts';
import { octokitFor, serve } from '../../support/archive-server.ts';

const pull: PullRequest = {
  installationId: 7,
  repositoryId: 42,
  owner: 'acme',
  repo: 'orders',
  private: false,
  repositoryUrl: 'https://github.com/acme/orders',
  repositorySize: 1,
  number: 12,
  isOpen: true,
  isDraft: false,
  headSha: '1'.repeat(40),
  baseRef: 'develop',
  title: 'One',
  labels: [],
  author: 'ada',
  updatedAt: new Date('2026-11-24T12:00:00Z'),
};

/** A branch with one file, or none; `commits` changed it. What is asked, and with which answer, is written down. */
function branch(t: TestContext) {
  const state = { text: undefined as string | undefined, commits: 0, isAtHead: false };
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
    const isThere = isList || state.text !== undefined;
    const status = !isThere ? 404 : request.headers['if-none-match'] === etag ? 304 : 200;
    asked.push(`${isList ? 'change' : 'file'} ${status}`);
    const type = isList || !isThere ? 'application/json' : 'application/vnd.github.raw+json';
    response.writeHead(status, { 'content-type': type, ...(isThere ? { etag } : {}) });
    const list = JSON.stringify(Array.from({ length: Math.min(1, state.commits) }, () => ({ sha: 'x' })));
    response.end(status === 304 ? undefined : isList ? list : (state.text ?? '{"message": "Not Found"}'));
  });
  const read = async (given: Partial<PullRequest> = {}) => {
    asked.length = 0;
    const hints = { isAtHead: async () => state.isAtHead, compared: async () => told };
    const about = { ...pull, ...given };
    const text = await branchFile({ store: store as never }, octokitFor(await base), about, 'x.yml', hints);
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
