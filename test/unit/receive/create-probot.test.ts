import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { githubError } from '../../../src/github.ts';
import { createLog } from '../../../src/log.ts';
import { createMetrics } from '../../../src/metrics.ts';
import { createProbot } from '../../../src/receive/create-probot.ts';
import { makeAppKey } from '../../support/app-key.ts';

test('a rate limit that is used up is told at once, with the time to wait: nobody waits for it inside a request', async (t) => {
  const reset = Math.floor(Date.now() / 1000) + 3600;
  const headers = { 'content-type': 'application/json', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': `${reset}` };
  let asked = 0;
  const server = createServer((_, response) => {
    asked += 1;
    response.writeHead(403, headers).end('{ "message": "API rate limit exceeded" }');
  }).listen(0, '127.0.0.1');
  t.after(() => server.close());
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const probot = await createProbot({
    settings: { appId: 1, privateKey: makeAppKey(), webhookSecret: 's', githubApi: `http://127.0.0.1:${port}` },
    log: createLog('silent'),
    metrics: createMetrics(),
  });
  const octokit = await probot.auth();
  const error = await octokit.request('GET /app').then(
    () => assert.fail('the request was answered'),
    (cause: unknown) => githubError(cause, 'asking'),
  );
  assert.equal(asked, 1);
  assert.equal(error.code, 'github-unavailable');
  assert.equal(error.transient, true);
  assert.ok((error.retryAfter ?? 0) > 3500);
});
