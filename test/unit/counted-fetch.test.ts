import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countedFetch, routeOf } from '../../src/counted-fetch.ts';
import { createMetrics } from '../../src/metrics.ts';

const routes: readonly [string, string][] = [
  ['https://api.github.com/repos/acme/orders/pulls/12/files?page=2', '/repos/{}/{}/pulls/{}/files'],
  ['https://ghe.lan/api/v3/repos/acme/orders/check-runs/7', '/repos/{}/{}/check-runs/{}'],
  ['https://api.github.com/repos/pulls/comments/issues/1/comments', '/repos/{}/{}/issues/{}/comments'],
  ['https://api.github.com/repos/acme/orders/contents/app/pulls/package.json', '/repos/{}/{}/contents/{}'],
  ['https://api.github.com/repos/acme/orders/tarball/0123abc', '/repos/{}/{}/tarball/{}'],
  ['https://api.github.com/app/installations/5/access_tokens', '/app/installations/{}/access_tokens'],
  ['https://api.github.com/user/installations/5/repositories', '/user/installations/{}/repositories'],
  ['https://github.com/login/oauth/access_token', '/login/oauth/access_token'],
];
for (const [address, route] of routes) {
  test(`${new URL(address).pathname} is counted as ${route}`, () => assert.equal(routeOf(address), route));
}

test('requests are counted by route and status, also those without an answer, and what is left is the least of all', async () => {
  const metrics = createMetrics();
  const reset = Math.ceil(Date.now() / 1000) + 600;
  const limit = (left: number, of: number) => ({
    'x-ratelimit-resource': 'core',
    'x-ratelimit-remaining': String(left),
    'x-ratelimit-reset': String(reset + of),
  });
  const answers = [
    new Response('{}', { headers: limit(4000, 0) }),
    new Response('{}', { headers: limit(17, 1) }),
    new Response('{}', { status: 404, headers: limit(3999, 0) }),
    new Response('{}', { headers: { ...limit(1, 2), 'x-ratelimit-reset': String(reset - 3600) } }),
  ];
  const ask = countedFetch(async () => answers.shift() ?? assert.fail('gone'), metrics);
  for (const name of ['a', 'b', 'c', 'd']) await ask(`https://api.github.com/repos/acme/${name}/pulls/1`);
  await assert.rejects(countedFetch(() => Promise.reject(new Error('no line')), metrics)('https://api.github.com/app'));
  const text = await metrics.registry.metrics();
  assert.match(
    text,
    /^slipway_github_requests_total\{method="GET",route="\/repos\/\{\}\/\{\}\/pulls\/\{\}",status="200"\} 3$/m,
  );
  assert.match(text, /status="404"\} 1$/m);
  assert.match(text, /route="\/app",status="none"\} 1$/m);
  assert.match(text, /^slipway_github_rate_limit_remaining\{resource="core"\} 17$/m);
});
