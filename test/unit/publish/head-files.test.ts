import assert from 'node:assert/strict';
import { it } from 'node:test';
import { SlipwayError } from '../../../src/errors.ts';
import { createLog } from '../../../src/log.ts';
import { pullFiles } from '../../../src/publish/head-files.ts';
import type { KnownText } from '../../../src/store/store.ts';
import { octokitFor, serve } from '../../support/archive-server.ts';
import { openPull } from '../../support/open-pull.ts';

it('texts are kept where GitHub asks to wait with the comparison: the next try need not read them again', async (t) => {
  const base = await serve(t, (_, response) => response.writeHead(429, { 'retry-after': '60' }).end('{}'));
  const kept: (string | KnownText)[] = [];
  const store = {
    text: async () => undefined,
    keepText: async (_: number, __: string, path: string, text: KnownText) => kept.push(path, text),
  };
  const source = { read: async () => 'text', kind: async () => undefined };
  let released = 0;
  const shelf = {
    obtain: async () => source,
    release: async () => {
      released += 1;
    },
  };
  const pipeline = { store, shelf, log: createLog('silent') } as never;
  const files = pullFiles(pipeline, octokitFor(base), openPull, new AbortController().signal);
  assert.equal(await files.head('a.json'), 'text');
  const asksToWait = (error: unknown) => error instanceof SlipwayError && error.retryAfter === 60;
  await assert.rejects(
    files.touchedFiles(() => false),
    asksToWait,
  );
  await files.close();
  assert.deepEqual(kept, ['a.json', { text: 'text', isPlain: true, ref: openPull.headSha }]);
  assert.equal(released, 1);
});

it('that there is nothing is not kept where GitHub does not show the repository', async (t) => {
  const base = await serve(t, (_, response) => {
    response.writeHead(404, { 'content-type': 'application/json' }).end('{"message":"Not Found"}');
  });
  const kept: string[] = [];
  const store = {
    text: async () => undefined,
    keepText: async (_: number, __: string, path: string) => kept.push(path),
  };
  const gone = new SlipwayError('source-gone', 'GitHub has no such thing (404).');
  const shelf = { obtain: () => Promise.reject(gone), release: async () => undefined };
  const pipeline = { store, shelf, log: createLog('silent') } as never;
  const files = pullFiles(pipeline, octokitFor(base), openPull, new AbortController().signal);
  assert.equal(await files.head('package.json'), undefined);
  await files.close();
  assert.deepEqual(kept, []);
});
