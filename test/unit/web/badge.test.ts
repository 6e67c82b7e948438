import assert from 'node:assert/strict';
import { test } from 'node:test';
import { badgeContent, badgeSvg } from '../../../src/web/badge-content.ts';
import { badgeToken, changeBadgeToken } from '../../../src/web/badge-token.ts';
import { sampleArtifact, sampleOutcome, sampleService } from '../../support/sample-merge.ts';
import { until } from '../../support/until.ts';
import { openPages, type Pages } from '../../support/web-pages.ts';

const published = (version: string) => ({ artifact: sampleArtifact({ version }) });
const failed = (version: string) => ({ ...published(version), outcome: sampleOutcome({ verdict: 'failed' }) });
const refused = (version: string) => ({ ...published(version), outcome: sampleOutcome({ verdict: 'refused' }) });

/** What Shields is told. */
const shield = async ({ get }: Pages, path: string) => JSON.parse(await (await get(path)).text());
/** Everything that a badge's answer is, but for its time. */
async function whole({ get }: Pages, path: string) {
  const response = await get(path);
  const { date: _, ...headers } = Object.fromEntries(response.headers);
  return { status: response.status, headers, text: await response.text() };
}

const states: readonly [string, ReturnType<typeof published>[], string, string][] = [
  ['nothing has been built', [], 'none yet', '5f6b78'],
  ['a version was published', [published('1.4.2')], '1.4.2', '217a38'],
  ['a pre-release was published', [published('1.4.2'), published('1.4.3-rc.1')], '1.4.3-rc.1', '0b62ac'],
  ['a build failed behind a good version', [published('1.4.2'), failed('1.5.0')], 'failing (1.4.2)', 'c0281c'],
  ['the only build failed', [failed('1.0.0')], 'failing', 'c0281c'],
  ['it was mended', [failed('1.0.0'), published('1.0.1')], '1.0.1', '217a38'],
  ['a version was refused', [published('1.4.2'), refused('1.4.2')], '1.4.2', '217a38'],
];
for (const [what, builds, message, color] of states) {
  test(`the badge when ${what} says ${message}, in both kinds`, async (t) => {
    const pages = await openPages(t);
    // The service is known, whatever became of its builds.
    pages.add(refused('0.0.1'));
    for (const build of builds) pages.add(build);
    const answer = await pages.get('/badge/acme/orders/orders.svg');
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get('content-type'), 'image/svg+xml; charset=utf-8');
    const svg = await answer.text();
    assert.match(svg, new RegExp(`<title>build: ${message.replace(/[().]/g, '\\$&')}</title>`));
    assert.match(svg, new RegExp(`fill="#${color}"`));
    assert.deepEqual(await shield(pages, '/badge/acme/orders/orders.json'), {
      schemaVersion: 1,
      label: 'build',
      message,
      color,
      isError: color === 'c0281c',
    });
  });
}

test('image proxies ask each time, and get the badge only when it has changed', async (t) => {
  const { get, add } = await openPages(t);
  add(published('1.4.2'));
  const first = await get('/badge/acme/orders/orders.svg');
  assert.equal(first.headers.get('cache-control'), 'no-cache');
  const etag = first.headers.get('etag') ?? assert.fail('no ETag');
  for (const seen of [etag, `W/${etag}`, `"other", ${etag}`]) {
    const same = await get('/badge/acme/orders/orders.svg', { headers: { 'if-none-match': seen } });
    assert.equal(same.status, 304, seen);
    assert.equal(await same.text(), '');
    assert.equal(same.headers.get('etag'), etag);
    assert.equal(same.headers.get('cache-control'), 'no-cache');
  }
  add(failed('1.5.0'));
  const changed = await until('it has changed', async () => {
    const answer = await get('/badge/acme/orders/orders.svg', { headers: { 'if-none-match': etag } });
    return answer.status === 200 && answer;
  });
  assert.match(await changed.text(), /failing \(1\.4\.2\)/);
});

test('an address longer than any badge’s costs the store nothing, and looks like that of one that does not exist', async (t) => {
  const pages = await openPages(t);
  const nothing = await (await pages.get('/badge/acme/nothing/orders.svg')).text();
  pages.store.asked.clear();
  for (const path of [
    `/badge/${'x'.repeat(5000)}/orders.svg`,
    `/badge/acme/orders/orders.svg?token=${'x'.repeat(5000)}`,
  ])
    assert.equal(await (await pages.get(path)).text(), nothing);
  assert.deepEqual([...pages.store.asked], []);
});

test('a badge is well-formed whatever its label holds: no character in it is one that XML has not', async (t) => {
  const pages = await openPages(t);
  pages.add();
  const label = encodeURIComponent('a\0\u001b\ufffe\uffffb');
  const svg = await (await pages.get(`/badge/acme/orders/orders.svg?label=${label}`)).text();
  assert.match(svg, /aria-label="a[^"]+b: 1\.4\.2"/);
  // XML 1.0, 2.2 "Characters".
  assert.match(svg, /^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u);
});

test('the label is the reader’s, and cannot act', async (t) => {
  const pages = await openPages(t);
  pages.add(published('1.4.2'));
  const svg = await (
    await pages.get(`/badge/acme/orders/orders.svg?label=${encodeURIComponent('<script>"&\u202e')}`)
  ).text();
  assert.match(svg, /&lt;script&gt;&quot;&amp;\uFFFD: 1\.4\.2/);
  assert.doesNotMatch(svg, /<script/);
  assert.equal((await shield(pages, '/badge/acme/orders/orders.json?label=image')).label, 'image');
  assert.ok((await shield(pages, `/badge/acme/orders/orders.json?label=${'x'.repeat(500)}`)).label.length <= 60);
});

test('a repository with one service has a badge without its name; one with two has none', async (t) => {
  const pages = await openPages(t);
  pages.add(published('1.4.2'));
  assert.equal((await shield(pages, '/badge/acme/orders.json')).message, '1.4.2');
  pages.add({ artifact: sampleArtifact({ service: sampleService({ name: 'mail' }) }) });
  await until(
    'no service is meant',
    async () => (await shield(pages, '/badge/acme/orders.json')).message === 'none yet',
  );
});

test('a service may hold slashes, and owner and repository may be written in any case', async (t) => {
  const pages = await openPages(t);
  pages.add({ artifact: sampleArtifact({ version: '2.0.0', service: sampleService({ name: 'shop/orders' }) }) });
  assert.equal((await shield(pages, '/badge/ACME/Orders/shop/orders.json')).message, '2.0.0');
});

for (const kind of ['svg', 'json']) {
  test(`the ${kind} of a private repository is, without its token, the one of a repository that does not exist`, async (t) => {
    const pages = await openPages(t);
    pages.add(published('1.4.2'), { private: true, repo: 'vault' });
    const token = await badgeToken(pages.store, 43);
    const none = await whole(pages, `/badge/acme/nowhere/orders.${kind}`);
    assert.match(none.text, /none yet/);
    assert.equal(none.status, 200);
    for (const query of ['', '?token=', '?token=wrong', `?token=${token.slice(1)}`, `?token=${token}x`]) {
      assert.deepEqual(await whole(pages, `/badge/acme/vault/orders.${kind}${query}`), none, query);
      assert.deepEqual(await whole(pages, `/badge/acme/vault.${kind}${query}`), none, query);
    }
    assert.match((await whole(pages, `/badge/acme/vault/orders.${kind}?token=${token}`)).text, /1\.4\.2/);
    assert.match((await whole(pages, `/badge/acme/nowhere/orders.${kind}?token=${token}`)).text, /none yet/);
  });
}

test('a changed token closes the old address', async (t) => {
  const pages = await openPages(t);
  pages.add(published('1.4.2'), { private: true, repo: 'vault' });
  const before = await badgeToken(pages.store, 43);
  const message = async (token: string) =>
    (await shield(pages, `/badge/acme/vault/orders.json?token=${token}`)).message;
  assert.equal(await message(before), '1.4.2');
  await changeBadgeToken(pages.store, 43);
  assert.equal(await message(await badgeToken(pages.store, 43)), '1.4.2');
  await until('the old address opens nothing', async () => (await message(before)) === 'none yet');
});

test('on a private server every badge asks for its token', async (t) => {
  const pages = await openPages(t, { visibility: 'private' });
  pages.add(published('1.4.2'));
  assert.equal((await shield(pages, '/badge/acme/orders/orders.json')).message, 'none yet');
  const token = await badgeToken(pages.store, 42);
  assert.equal((await shield(pages, `/badge/acme/orders/orders.json?token=${token}`)).message, '1.4.2');
});

test('a badge may be shown by other sites', async (t) => {
  const { get, add } = await openPages(t);
  add();
  const { headers } = await get('/badge/acme/orders/orders.svg');
  assert.equal(headers.get('cross-origin-resource-policy'), 'cross-origin');
  assert.equal(headers.get('x-content-type-options'), 'nosniff');
});

test('both halves of a badge are as wide as their words', () => {
  const widthOf = (svg: string) => Number(/ width="(\d+)"/.exec(svg)?.[1]);
  const short = badgeSvg('build', badgeContent({ last: { verdict: 'published', version: '1.0.0' }, good: '1.0.0' }));
  const long = badgeSvg('build', badgeContent({ last: { verdict: 'published', version: '1.0.0-beta.11' }, good: '1' }));
  assert.ok(widthOf(long) > widthOf(short) + 40);
});
