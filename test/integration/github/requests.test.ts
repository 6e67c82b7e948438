import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { type TestContext, test } from 'node:test';
import { createState } from '../../github/create-state.ts';
import type { Routes } from '../../github/http/call.ts';
import { listen } from '../../github/http/listen.ts';
import { serveApi } from '../../github/http/serve-api.ts';
import { octokitFor, octokitForApp, startForTest, statusOf, tokenFor } from './support.ts';

const at = { owner: 'acme', repo: 'orders' };

async function prepare(t: TestContext, basePath: '' | '/api/v3' = '') {
  const github = await startForTest(t, { basePath });
  const repository = await github.createRepository({ owner: 'acme', name: 'orders' });
  const octokit = await octokitFor(github, repository.installationId);
  await octokit.rest.repos.get(at);
  const get = () => octokit.rest.repos.get(at);
  const token = await tokenFor(github, repository.installationId);
  const raw = (path: string, init: RequestInit = {}) =>
    fetch(`${github.apiUrl}${path}`, {
      ...init,
      headers: { authorization: `token ${token}`, 'user-agent': 'test', ...init.headers },
    });
  return { github, repository, octokit, get, raw };
}

test('what GitHub does not describe is a violation', async (t) => {
  const { github, raw } = await prepare(t);
  const post = (body: string) => ({ method: 'POST', body });
  const cases: readonly (readonly [string, RequestInit, number, RegExp])[] = [
    ['/repos/acme/orders/unknown', {}, 404, /no such route/],
    ['/repos/acme/orders?verbose=1', {}, 200, /unknown verbose/],
    ['/repos/acme/orders/pulls?state=merged', {}, 422, /query state/],
    ['/repos/acme/orders/pulls/one', {}, 404, /path pull_number/],
    ['/repos/acme/orders/labels', post('{"name":1}'), 422, /name must be string/],
    ['/repos/acme/orders/labels', post('{"name":"a","colour":"red"}'), 201, /colour/],
    ['/repos/acme/orders/labels', post('{"name":'), 400, /Problems parsing JSON/],
    ['/repos/acme/orders/labels', post(''), 422, /needs a body/],
    ['/repos/acme/orders', { headers: { 'user-agent': '' } }, 403, /no User-Agent/],
  ];
  for (const [path, init, status, problem] of cases) {
    assert.equal((await raw(path, init)).status, status, path);
    const problems = github.takeViolations().map((one) => one.problem);
    assert.match(problems.join('\n'), problem, path);
  }
  github.assertNoViolations();
  await raw('/repos/acme/orders/unknown');
  assert.throws(() => github.assertNoViolations(), /no such route/);
});

test('an answer that GitHub would not give is a violation of the stand-in itself', async (t) => {
  const state = await createState({});
  const routes: Routes = {
    'GET /meta': { needs: 'open', handle: () => ({ status: 200, json: { hooks: [] } }) },
    'GET /rate_limit': {
      needs: 'open',
      handle: () => {
        throw new Error('a bug');
      },
    },
  };
  const server = await listen(state, serveApi(state, '', routes));
  state.webUrl = server.origin;
  t.after(async () => {
    await server.close();
    await rm(state.folder, { recursive: true });
  });
  const call = async (path: string) => {
    const response = await fetch(server.origin + path, { headers: { 'user-agent': 'test' } });
    return [response.status, state.violations.splice(0).map((one) => one.problem)[0]];
  };
  assert.deepEqual(await call('/meta'), [
    200,
    "response 200: it must have required property 'verifiable_password_authentication'",
  ]);
  assert.deepEqual(await call('/rate_limit'), [500, 'the stand-in failed: Error: a bug']);
  assert.deepEqual(await call('/app'), [501, 'the stand-in does not have this route']);
});

test('requests are kept with their route, status and token', async (t) => {
  const { github, get } = await prepare(t);
  await get();
  const [minted] = github.requests;
  assert.deepEqual(
    [minted?.method, minted?.route, minted?.status],
    ['POST', '/app/installations/{installation_id}/access_tokens', 201],
  );
  const last = github.requests.at(-1);
  assert.deepEqual(
    [last?.method, last?.route, last?.path, last?.status, last?.token],
    ['GET', '/repos/{owner}/{repo}', '/repos/acme/orders', 200, true],
  );
});

test('a fault meets the requests that it is meant for, as often as it is meant to', async (t) => {
  const { github, octokit, get, raw } = await prepare(t);
  const path = /\/repos\/acme\/orders$/;
  github.inject({ method: 'GET', path, after: 2, times: 2, fault: { status: 503, headers: { 'retry-after': '7' } } });
  const seen: (number | undefined)[] = [];
  for (let count = 0; count < 5; count += 1) seen.push(await statusOf(get()));
  assert.deepEqual(seen, [undefined, undefined, 503, 503, undefined]);
  github.inject({ method: 'POST', path, fault: { status: 500 } });
  await get();
  github.clearFaults();
  github.inject({ path, fault: { status: 403, body: { message: 'You have exceeded a secondary rate limit' } } });
  await assert.rejects(get(), /secondary rate limit/);
  github.inject({ path, fault: 'drop' });
  assert.equal(await statusOf(get()), 500);
  // Octokit takes a body that broke off for an empty one; fetch says what happened.
  github.inject({ path, fault: 'truncate' });
  const broken = await raw('/repos/acme/orders');
  await assert.rejects(broken.text(), /terminated/);
  github.inject({ path, fault: 'cut' });
  const short = await (await raw('/repos/acme/orders')).text();
  assert.throws(() => JSON.parse(short), SyntaxError);
  github.inject({ path: /tarball/, fault: { status: 502, body: '<html>' } });
  assert.equal(await statusOf(octokit.rest.repos.downloadTarballArchive({ ...at, ref: 'develop' })), 502);
  github.assertNoViolations();
});

test('a request that hangs is answered by nobody', async (t) => {
  const { github, octokit } = await prepare(t);
  github.inject({ path: /orders$/, fault: 'hang' });
  const signal = AbortSignal.timeout(200);
  await assert.rejects(octokit.rest.repos.get({ ...at, request: { signal } }), /aborted due to timeout/);
  assert.equal(github.requests.at(-1)?.status, undefined);
});

test('an answer may be lost after the request took effect', async (t) => {
  const { github, repository, octokit } = await prepare(t);
  const head_sha = await repository.revision('develop');
  github.inject({ method: 'POST', path: /check-runs$/, applied: true, fault: 'drop' });
  assert.equal(await statusOf(octokit.rest.checks.create({ ...at, name: 'a', head_sha })), 500);
  assert.equal(repository.checkRuns().length, 1);
  github.inject({ method: 'POST', path: /check-runs$/, fault: 'drop' });
  assert.equal(await statusOf(octokit.rest.checks.create({ ...at, name: 'a', head_sha })), 500);
  assert.equal(repository.checkRuns().length, 1);
});

test('an archive breaks off, or ends early as though it were whole', async (t) => {
  const { github, octokit, raw } = await prepare(t);
  const fetchArchive = () => octokit.rest.repos.downloadTarballArchive({ ...at, ref: 'develop' });
  const whole = (await fetchArchive()).data as ArrayBuffer;
  github.inject({ path: /legacy\.tar\.gz/, fault: 'cut' });
  const cut = (await fetchArchive()).data as ArrayBuffer;
  assert.equal(cut.byteLength, Math.floor(whole.byteLength / 2));
  github.inject({ path: /legacy\.tar\.gz/, fault: 'truncate' });
  const broken = await raw('/repos/acme/orders/tarball/develop', { redirect: 'manual' });
  const archive = await fetch(broken.headers.get('location') ?? '');
  await assert.rejects(archive.arrayBuffer(), /terminated/);
  github.assertNoViolations();
});

test('answers count down the rate limit, and an exhausted one refuses until its reset', async (t) => {
  const { github, octokit, get } = await prepare(t);
  const first = Number((await get()).headers['x-ratelimit-remaining']);
  const second = Number((await get()).headers['x-ratelimit-remaining']);
  assert.equal(second, first - 1);
  const { data } = await octokit.rest.rateLimit.get();
  assert.equal(data.rate.remaining, second);
  github.knobs.rateLimit.remaining = 0;
  await assert.rejects(get(), (error: { status?: number; response?: { headers: Record<string, string> } }) => {
    assert.equal(error.status, 403);
    assert.equal(error.response?.headers['x-ratelimit-remaining'], '0');
    return true;
  });
  github.knobs.rateLimit.resetAt = Date.now() - 1;
  await get();
  github.assertNoViolations();
});

test('latency is before each answer', async (t) => {
  const { github, get } = await prepare(t);
  github.knobs.latency = 120;
  const start = performance.now();
  await get();
  assert.ok(performance.now() - start >= 115);
});

test('under the base path of GitHub Enterprise Server everything is the same', async (t) => {
  const { github, repository, octokit } = await prepare(t, '/api/v3');
  assert.equal(github.apiUrl, `${github.webUrl}/api/v3`);
  const pull = await repository.openPullRequest({ title: 'Topic', files: { b: '1\n' } });
  const { data } = await octokit.rest.pulls.get({ ...at, pull_number: pull.number });
  assert.ok(data.url.startsWith(`${github.apiUrl}/repos/`));
  assert.ok(data.html_url.startsWith(`${github.webUrl}/acme/`));
  const listed = await octokit.paginate(octokit.rest.pulls.listFiles, {
    ...at,
    pull_number: pull.number,
    per_page: 1,
  });
  assert.equal(listed.length, 1);
  await octokit.rest.repos.downloadTarballArchive({ ...at, ref: 'develop' });
  assert.equal((await fetch(`${github.webUrl}/repos/acme/orders`)).status, 404);
  await (await octokitForApp(github)).rest.apps.getAuthenticated();
  github.assertNoViolations();
});

test('links lead to pages that show titles, checks and comments as text', async (t) => {
  const { repository, octokit } = await prepare(t);
  const title = '<script>alert(1)</script>';
  const pull = await repository.openPullRequest({ title, files: { b: '1\n' }, labels: ['version:1.4.2'] });
  const output = { title: 'orders:1.4.2 published', summary: '**done** & dusted' };
  const check = await octokit.rest.checks.create({
    ...at,
    name: 'slipway / orders',
    head_sha: pull.head.sha,
    conclusion: 'success',
    output,
  });
  await octokit.rest.issues.createComment({ ...at, issue_number: pull.number, body: 'Pull it: `a "b"`' });
  const { data } = await octokit.rest.pulls.get({ ...at, pull_number: pull.number });
  const page = await (await fetch(data.html_url)).text();
  assert.ok(page.includes('&lt;script&gt;alert(1)&lt;/script&gt;'));
  assert.ok(!page.includes('<script>'));
  assert.ok(page.includes('**done** &amp; dusted'));
  assert.ok(page.includes('Pull it: `a &quot;b&quot;`'));
  assert.ok(page.includes('version:1.4.2'));
  assert.match(await (await fetch(check.data.html_url ?? '')).text(), /orders:1\.4\.2 published/);
  assert.match(await (await fetch(repository.htmlUrl)).text(), /\/acme\/orders\/pull\/1/);
  assert.equal((await fetch(`${repository.htmlUrl}/pull/99`)).status, 404);
});
