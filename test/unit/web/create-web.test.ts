import assert from 'node:assert/strict';
import { type IncomingMessage, request } from 'node:http';
import { test } from 'node:test';
import type { Build } from '../../../src/build-terms.ts';
import type { DiskState } from '../../../src/disk.ts';
import type { Worker } from '../../../src/store/store.ts';
import { signLink } from '../../../src/web/sign-link.ts';
import { sampleArtifact, sampleBuild, sampleOutcome, sampleService } from '../../support/sample-merge.ts';
import { openPages, testLinkKey } from '../../support/web-pages.ts';

/** What a reader can tell two answers apart by. */
async function whatIsSeen(response: Response) {
  const { date: _, ...headers } = Object.fromEntries(response.headers);
  return { status: response.status, headers, text: await response.text() };
}

test('the first page tells what runs, what waits and what failed last', async (t) => {
  const { get, add } = await openPages(t);
  add({ outcome: sampleOutcome({ verdict: 'failed' }) }, { title: 'Went wrong' });
  add({ outcome: sampleOutcome({ verdict: 'failed' }) }, { title: 'A secret', private: true, repo: 'vault' });
  const text = await (await get('/')).text();
  assert.match(text, /Queued<\/dt>/);
  assert.match(text, /Went wrong/);
  assert.doesNotMatch(text, /A secret|vault/);
  assert.match(text, /No worker has told of itself/);
});

test('the first page tells of each worker: its engine, its builds, and how much room its disk has', async (t) => {
  const { get, store } = await openPages(t);
  const worker = (host: string, state: DiskState, engine?: string): Worker => ({
    id: host,
    host,
    running: 1,
    concurrency: 2,
    disk: { free: 20e9, total: 100e9, state },
    seenAt: new Date(),
    ...(engine === undefined ? {} : { engine }),
  });
  store.workers = async () => [
    worker('one', 'ok', '28.3.1'),
    worker('two', 'high', '28.3.1'),
    worker('three', 'short'),
  ];
  const rows = [...(await (await get('/')).text()).matchAll(/<tr><th scope="row">.*?<\/tr>/g)].map(([row]) =>
    row
      .replace(/<time.*/, '')
      .replace(/<[^>]+>/g, ' ')
      .replace(/\s+/g, ' ')
      .trim(),
  );
  assert.deepEqual(rows, [
    'one Docker 28.3.1 1 of 2 20.0 GB (20 %)',
    'two Docker 28.3.1 1 of 2 20.0 GB (20 %) ! low',
    'three ✗ does not answer 1 of 2 20.0 GB (20 %) ! too low to build',
  ]);
});

test('without builds the list says what to do next', async (t) => {
  const { get } = await openPages(t);
  const text = await (await get('/builds')).text();
  assert.match(text, /No builds yet/);
  assert.match(text, /Merge a pull request into <code>develop<\/code>.*version:1\.0\.0/s);
  assert.doesNotMatch(text, /http-equiv="refresh"/);
});

test('builds are listed newest first, each with its verdict, pull request and time', async (t) => {
  const { get, add } = await openPages(t);
  add({ artifact: sampleArtifact({ version: '1.0.0' }) });
  add({
    artifact: sampleArtifact({ version: '1.0.1' }),
    outcome: sampleOutcome({ verdict: 'failed', fault: 'yours' }),
  });
  const text = await (await get('/builds')).text();
  assert.ok(text.indexOf('orders:1.0.1') < text.indexOf('orders:1.0.0'));
  assert.match(text, /✗<\/span> failed/);
  assert.match(text, /✓<\/span> published/);
  assert.match(text, /acme\/orders#12/);
  assert.match(text, /<time datetime="2026-03-02T10:00:00.000Z"[^>]*>2 Mar 2026, 10:00 UTC<\/time>/);
  assert.match(text, /38 s/);
});

test('builds of private repositories are not listed', async (t) => {
  const { get, add } = await openPages(t);
  add({}, { private: true, title: 'A secret', repo: 'vault' });
  add({}, { title: 'An open one' });
  const text = await (await get('/builds')).text();
  assert.match(text, /An open one/);
  assert.doesNotMatch(text, /A secret|vault/);
});

test('a long list goes on behind a link', async (t) => {
  const { get, add } = await openPages(t);
  for (let count = 0; count < 60; count += 1) add();
  const first = await (await get('/builds')).text();
  assert.equal(first.match(/<li>/g)?.length, 50);
  const older = /href="(\/builds\?before=[^"]+)"/.exec(first)?.[1];
  assert.equal(older, '/builds?before=build-11');
  const second = await (await get(older ?? '')).text();
  assert.equal(second.match(/<li>/g)?.length, 10);
  assert.doesNotMatch(second, /before=/);
});

test('a build’s page tells everything about it', async (t) => {
  const { get, add, print } = await openPages(t);
  const { build } = add();
  print(build.id, 'step one\n', 'step two\n');
  const response = await get(`/builds/${build.id}`);
  assert.equal(response.status, 200);
  const text = await response.text();
  for (const expected of [
    '<title>✓ orders:1.4.2 · Slipway</title>',
    'href="https://github.com/acme/orders/pull/12"',
    `href="https://github.com/acme/orders/commit/${'2'.repeat(40)}"`,
    'docker pull registry.test:5000/team/orders:1.4.2',
    'docker pull registry.test:5000/team/orders@sha256:a1b2c3d4',
    'label <code>version:1.4.2</code>',
    'orders:1.4.2 is in the registry.',
    '12.9 MB',
    '<a class="no" href="#L2" tabindex="-1">2</a><span>step two</span>',
    `href="/builds/${build.id}/log"`,
  ]) {
    assert.ok(text.includes(expected), `expected ${expected} in the page`);
  }
  const times = [...text.matchAll(/<span class="name"[^>]*>([^<]+)<\/span>\s*<svg.*?<span class="took">([^<]+)/gs)];
  assert.deepEqual(
    times.map(([, name, took]) => [name, took]).filter(([name]) => name !== 'plan'),
    [
      ['queued', '2 s'],
      ['fetch', '2 s'],
      ['build', '30 s'],
      ['[1/3] FROM docker.io/library/node:24', 'cached'],
      ['[2/3] RUN npm ci', '26 s'],
      ['push', '6 s'],
    ],
  );
  assert.doesNotMatch(text, /http-equiv="refresh"/);
});

test('a failed build’s page tells the fault, what to do next, and its notes', async (t) => {
  const { get, add } = await openPages(t);
  const { build } = add({
    outcome: sampleOutcome({
      verdict: 'failed',
      fault: 'yours',
      reason: 'RUN npm ci failed.',
      help: 'Commit `package-lock.json`.',
      notes: ['Submodules are left out.'],
    }),
  });
  const text = await (await get(`/builds/${build.id}`)).text();
  assert.match(text, /<title>✗ /);
  assert.match(text, /Fault: yours/);
  assert.match(text, /What to do next:<\/strong> Commit <code>package-lock.json<\/code>\./);
  assert.match(text, /Submodules are left out/);
  assert.doesNotMatch(text, /docker pull/);
});

test('a machine image has no docker pull command', async (t) => {
  const { get, add } = await openPages(t);
  const { build } = add({ artifact: sampleArtifact({ service: sampleService({ type: 'ami' }) }) });
  assert.doesNotMatch(await (await get(`/builds/${build.id}`)).text(), /docker pull/);
});

test('a running build’s page and the list with it are kept up to date, with and without script', async (t) => {
  const { get, add, store } = await openPages(t);
  const { merge } = add();
  const startedAt = new Date(Date.now() - 90_000);
  const running = sampleBuild({
    id: 'run',
    mergeId: merge.id,
    state: 'running',
    startedAt,
    timings: { build: { startedAt } },
  });
  store.builds.set('run', running);
  const text = await (await get('/builds/run')).text();
  assert.match(text, /<noscript><meta http-equiv="refresh"/);
  assert.match(text, /data-live="\/builds\/run\/live\?after=0"/);
  assert.match(text, /<title>● /);
  assert.match(text, /1 min 3\d s so far/);
  assert.match(text, /Nothing has been printed yet/);
  assert.match(await (await get('/builds')).text(), /http-equiv="refresh"/);
});

test('what people and builds wrote cannot act: it is text, with its control characters shown', async (t) => {
  const { get, add, print } = await openPages(t);
  const evil = '<script>alert(1)</script>"><img src=x onerror=alert(2)>\u202e\u0007';
  const { build } = add(
    {
      artifact: sampleArtifact({ versionFrom: evil }),
      outcome: sampleOutcome({ reason: evil, help: `\`${evil}\``, notes: [evil] }),
    },
    { title: evil },
  );
  print(build.id, `${evil}\n\u001b[31mred\u001b[0m \u001b]0;title\u0007 \u001b[2J \u0000 \u202e\n`);
  for (const path of ['/builds', `/builds/${build.id}`]) {
    const text = await (await get(path)).text();
    assert.doesNotMatch(text, /<script>|<img src=x|[^\P{Cc}\n]|\u202e/u);
    assert.match(text, /&lt;script&gt;/);
  }
  const text = await (await get(`/builds/${build.id}`)).text();
  assert.match(text, /<span class="f-red">red<\/span> ␛\]0;title␇ ␛\[2J ␀ �<\/span>\n/);
});

test('a long log is shown by its end, with a link to the whole', async (t) => {
  const { get, add, print } = await openPages(t);
  const { build } = add();
  for (let part = 0; part < 50; part += 1) {
    print(build.id, Array.from({ length: 100 }, (_, index) => `line ${part * 100 + index + 1}\n`).join(''));
  }
  const text = await (await get(`/builds/${build.id}`)).text();
  assert.ok((text.match(/class="line"/g)?.length ?? 0) <= 2100);
  assert.match(text, /id="L5000"><a class="no" href="#L5000" tabindex="-1">5000<\/a><span>line 5000<\/span>/);
  const whole = /href="([^"]+)">Show it whole/.exec(text)?.[1] ?? assert.fail('no way to the whole log');
  assert.match(await (await get(whole)).text(), /<span>line 1<\/span>/);
});

test('the whole log is plain text that no browser takes for anything else', async (t) => {
  const { get, add, print } = await openPages(t);
  const { build } = add();
  const texts = ['<script>alert(1)</script>\n', 'Grüße 🚢\n', '\u001b[31mred\n'];
  print(build.id, ...texts);
  const response = await get(`/builds/${build.id}/log`);
  assert.equal(response.headers.get('content-type'), 'text/plain; charset=utf-8');
  assert.equal(response.headers.get('x-content-type-options'), 'nosniff');
  assert.equal(await response.text(), texts.join(''));
});

test('a log that was removed is not shown as one in which nothing was printed', async (t) => {
  const { get, add, print } = await openPages(t);
  const days = (count: number) => new Date(Date.now() - count * 86_400_000);
  const { build } = add({ endedAt: days(181) });
  const page = await (await get(`/builds/${build.id}`)).text();
  assert.match(page, /The log was removed: logs are kept for 180 d\./);
  assert.doesNotMatch(page, /printed nothing/);
  const log = await get(`/builds/${build.id}/log`);
  assert.equal(log.status, 410);
  assert.equal(log.headers.get('content-type'), 'text/plain; charset=utf-8');
  assert.equal(await log.text(), 'The log was removed: logs are kept for 180 d.\n');
  print(build.id, 'not removed yet\n');
  assert.match(await (await get(`/builds/${build.id}`)).text(), /not removed yet/);
  assert.equal(await (await get(`/builds/${build.id}/log`)).text(), 'not removed yet\n');
  const younger = add({ endedAt: days(179) }).build;
  assert.match(await (await get(`/builds/${younger.id}`)).text(), /This build printed nothing/);
});

test('a build that printed nothing has an empty log', async (t) => {
  const { get, add } = await openPages(t);
  const { build } = add({ endedAt: new Date() });
  assert.equal(await (await get(`/builds/${build.id}/log`)).text(), '');
  assert.match(await (await get(`/builds/${build.id}`)).text(), /This build printed nothing/);
});

test('a whole log is never held at once, however slow its reader is', async (t) => {
  const { get, add, print, store } = await openPages(t);
  const { build } = add({ endedAt: new Date() });
  const texts = Array.from({ length: 40 }, (_, index) => `${index} ${'a'.repeat(64_000)}\n`);
  print(build.id, ...texts);
  const { readLog } = store;
  const held: number[] = [];
  store.readLog = async (...asked) => {
    const chunks = await readLog(...asked);
    held.push(chunks.length);
    return chunks;
  };
  assert.equal(await (await get(`/builds/${build.id}/log`)).text(), texts.join(''));
  assert.ok(Math.max(...held) <= 8, `${Math.max(...held)} chunks were held`);
});

test('a log that cannot be read to its end breaks off, so that nobody takes it for the whole, and says nothing of the reason', async (t) => {
  const { get, add, print, store, lines } = await openPages(t);
  const { build } = add();
  print(build.id, ...Array.from({ length: 20 }, () => `${'a'.repeat(65_000)}\n`));
  const { readLog } = store;
  store.readLog = (id, after) =>
    after === undefined ? readLog(id) : Promise.reject(new Error('connection string with a password'));
  let heard = '';
  const read = async () => {
    const response = await get(`/builds/${build.id}/log`);
    assert.equal(response.status, 200);
    for await (const part of response.body ?? []) heard += Buffer.from(part).toString();
  };
  await assert.rejects(read());
  assert.doesNotMatch(heard, /password/);
  assert.equal(lines.at(-1)?.build, build.id);
});

const fresh = ({ id }: Build) => ({ id, createdAt: new Date() });

for (const [what, visibility, isPrivate] of [
  ['a private repository', 'repository', true],
  ['a private repository, where the server is private', 'private', true],
] as const) {
  test(`a build of ${what} opens by a signed link alone, its log too`, async (t) => {
    const { get, add, print } = await openPages(t, { visibility });
    const { build } = add({}, { private: isPrivate });
    print(build.id, 'secret line\n');
    const link = signLink(testLinkKey, fresh(build));
    const response = await get(link);
    assert.equal(response.status, 200);
    const text = await response.text();
    const log = /href="([^"]+\/log[^"]*)"/.exec(text)?.[1]?.replaceAll('&amp;', '&') ?? '';
    assert.equal(await (await get(log)).text(), 'secret line\n');
    assert.equal((await get(`/builds/${build.id}/log`)).status, 404);
  });

  test(`a build of ${what} is, without its link, as if it did not exist`, async (t) => {
    const { get, add } = await openPages(t, { visibility });
    const { build } = add({}, { private: isPrivate });
    const other = add({}, { private: isPrivate }).build;
    const link = signLink(testLinkKey, fresh(build));
    const nothing = await whatIsSeen(await get('/builds/no-such-build'));
    assert.equal(nothing.status, 404);
    for (const path of [
      `/builds/${build.id}`,
      `/builds/${build.id}?key=`,
      `/builds/${build.id}?key=1.x`,
      link.replace(build.id, other.id),
      `${link.slice(0, -1)}${link.endsWith('A') ? 'B' : 'A'}`,
      signLink('another key', fresh(build)),
      signLink(testLinkKey, { ...build, createdAt: new Date(Date.now() - 31 * 86_400_000) }),
      link.replace('?key=', '?key=9'),
      '/no/such/page',
      `/builds/${'x'.repeat(500)}`,
      '/builds/..%2f..%2fetc',
    ]) {
      assert.deepEqual(await whatIsSeen(await get(path)), nothing, path);
      if (path.includes(build.id)) {
        const log = path.replace(build.id, `${build.id}/log`);
        assert.deepEqual(await whatIsSeen(await get(log)), nothing, log);
      }
    }
  });
}

test('the store is asked the same for a build that is not for the reader as for none', async (t) => {
  const { get, add, store } = await openPages(t);
  const { build } = add({}, { private: true });
  const count = async (path: string) => {
    store.asked.clear();
    await get(path);
    return Object.fromEntries(store.asked);
  };
  assert.deepEqual(await count(`/builds/${build.id}`), await count('/builds/no-such-build'));
});

test('the store is never asked for what can be no id', async (t) => {
  const { get, store } = await openPages(t);
  for (const path of [
    `/builds/${'x'.repeat(500)}`,
    '/builds/..%2fetc',
    '/builds/%00',
    '/builds?before=%27',
    '/builds?before=',
  ]) {
    assert.equal((await get(path)).status, 404, path);
  }
  assert.deepEqual([...store.asked], []);
});

test('a signed link opens by GET alone', async (t) => {
  const { get, add } = await openPages(t);
  const { build } = add({}, { private: true });
  const link = signLink(testLinkKey, fresh(build));
  for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) assert.equal((await get(link, { method })).status, 404);
  assert.equal((await get(link, { method: 'HEAD' })).status, 200);
});

test('a private server lists nothing', async (t) => {
  const { get, add } = await openPages(t, { visibility: 'private' });
  add();
  assert.equal((await get('/builds')).status, 404);
});

test('every answer carries the headers that keep browsers safe', async (t) => {
  const { get, add, store } = await openPages(t);
  const { build } = add();
  const paths = [
    '/builds',
    `/builds/${build.id}`,
    `/builds/${build.id}/log`,
    '/nothing',
    '/healthz',
    '/readyz',
    '/assets/slipway.css',
  ];
  const check = async (path: string) => {
    const { headers } = await get(path);
    assert.match(
      String(headers.get('content-security-policy')),
      /default-src 'none'; script-src 'self';.*frame-ancestors 'none'/,
    );
    assert.doesNotMatch(String(headers.get('content-security-policy')), /unsafe/);
    assert.equal(headers.get('x-content-type-options'), 'nosniff');
    assert.equal(headers.get('referrer-policy'), 'no-referrer');
    if (!path.startsWith('/assets')) assert.equal(headers.get('cache-control'), 'no-store');
  };
  for (const path of paths) await check(path);
  store.broken = new Error('the store is gone');
  await check(`/builds/${build.id}`);
});

test('pages hold no inline style and no inline script, which the policy would not run', async (t) => {
  const { get, add, print } = await openPages(t);
  const { build } = add();
  print(build.id, 'a line\n');
  for (const path of ['/', '/builds', `/builds/${build.id}`, '/services/acme/orders/orders', '/nothing']) {
    assert.doesNotMatch(await (await get(path)).text(), /<script(?! src=)|<style|\sstyle=|\son\w+=/);
  }
});

test('the style sheet is kept by its content', async (t) => {
  const { get } = await openPages(t);
  const page = await (await get('/builds')).text();
  const href = /rel="stylesheet" href="([^"]+)"/.exec(page)?.[1] ?? '';
  assert.match(href, /^\/assets\/slipway\.css\?v=[\w-]{16}$/);
  const first = await get(href);
  assert.equal(first.headers.get('content-type'), 'text/css; charset=utf-8');
  assert.match(String(first.headers.get('cache-control')), /immutable/);
  const again = await get(href, { headers: { 'if-none-match': first.headers.get('etag') ?? '' } });
  assert.equal(again.status, 304);
});

test('a store that fails is a page with a fixed sentence', async (t) => {
  const { get, store, lines } = await openPages(t);
  store.broken = new Error('postgres://user:password@db refused');
  const response = await get('/builds');
  assert.equal(response.status, 500);
  assert.doesNotMatch(await response.text(), /postgres|password/);
  assert.equal(lines.at(-1)?.msg, 'page failed');
});

test('a failed page’s log line does not hold the key of a link', async (t) => {
  const { get, add, store, lines } = await openPages(t);
  const { build } = add({}, { private: true });
  store.broken = new Error('gone');
  const link = signLink(testLinkKey, fresh(build));
  await get(link);
  assert.ok(lines.length > 0);
  assert.ok(!JSON.stringify(lines).includes(link.split('key=')[1] ?? 'none'));
});

test('the process says that it is alive, whatever else is broken', async (t) => {
  const { get, store } = await openPages(t);
  store.broken = new Error('gone');
  const response = await get('/healthz');
  assert.equal(response.status, 200);
  assert.equal(await response.text(), 'ok\n');
});

test('ready names each part as ok or degraded with 200, and nothing of what is wrong', async (t) => {
  const { get, lines } = await openPages(t, {
    checks: {
      engine: async () => 'fine',
      registry: () => Promise.reject(new Error('registry.lan refused the password')),
      disk: () => new Promise(() => undefined),
    },
    probes: { timeoutMs: 20, keepMs: 1000 },
  });
  const response = await get('/readyz');
  assert.equal(response.status, 200);
  assert.deepEqual(await response.json(), {
    ready: true,
    store: 'ok',
    engine: 'ok',
    registry: 'degraded',
    disk: 'degraded',
  });
  assert.match(JSON.stringify(lines), /refused the password/);
});

test('a server that can take no delivery in is not ready: 503', async (t) => {
  const { get, store } = await openPages(t, {
    checks: { engine: async () => 1 },
    probes: { timeoutMs: 100, keepMs: 0 },
  });
  store.broken = new Error('disk full');
  const response = await get('/readyz');
  assert.equal(response.status, 503);
  assert.deepEqual(await response.json(), { ready: false, store: 'unavailable', engine: 'ok' });
  store.broken = undefined;
  assert.equal((await get('/readyz')).status, 200);
});

test('a request without a usable Host is refused, and nothing breaks', async (t) => {
  const { url, get } = await openPages(t);
  const { statusCode, headers } = await new Promise<IncomingMessage>((resolve, reject) => {
    request(`${url}/builds`, { headers: { host: 'a b/c' } }, (response) => resolve(response.resume()))
      .once('error', reject)
      .end();
  });
  assert.equal(statusCode, 400);
  assert.equal(headers['x-content-type-options'], 'nosniff');
  assert.match(String(headers['content-security-policy']), /default-src 'none'/);
  assert.equal((await get('/builds')).status, 200);
});
