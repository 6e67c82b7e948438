import assert from 'node:assert/strict';
import { it } from 'node:test';
import { authorMayWrite } from '../../../src/publish/author-may-write.ts';
import type { KnownText } from '../../../src/store/store.ts';
import { octokitFor, serve } from '../../support/archive-server.ts';

it('whether an author may write costs nothing as long as it stays, and is seen when it changes', async (t) => {
  let permission: string | undefined = 'write';
  const asked: number[] = [];
  const base = await serve(t, (request, response) => {
    const etag = `"${permission}"`;
    const status = permission === undefined ? 404 : request.headers['if-none-match'] === etag ? 304 : 200;
    asked.push(status);
    response.writeHead(status, { 'content-type': 'application/json', ...(status === 404 ? {} : { etag }) });
    response.end(status === 304 ? undefined : JSON.stringify({ permission }));
  });
  const texts = new Map<string, KnownText>();
  const store = {
    text: async (repositoryId: number, place: string, path: string) => texts.get(`${repositoryId} ${place} ${path}`),
    keepText: async (repositoryId: number, place: string, path: string, known: KnownText) => {
      texts.set(`${repositoryId} ${place} ${path}`, known);
    },
  } as never;
  const may = (author = 'ada', repositoryId = 42) =>
    authorMayWrite({ store }, octokitFor(base), { repositoryId, owner: 'acme', repo: 'orders', author });
  assert.deepEqual([await may(), await may()], [true, true]);
  permission = 'read';
  assert.deepEqual([await may(), await may()], [false, false]);
  assert.deepEqual(asked, [200, 304, 200, 304]);
  permission = 'admin';
  assert.deepEqual([await may('bob'), await may('ada', 43), await may()], [true, true, true]);
  permission = undefined;
  assert.equal(await may(), false);
  permission = 'admin';
  assert.equal(await may(), true);
  assert.deepEqual(asked.slice(4), [200, 200, 200, 404, 200]);
});
