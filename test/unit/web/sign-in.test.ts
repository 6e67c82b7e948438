import assert from 'node:assert/strict';
import { test } from 'node:test';
import { signInOf, visitorOf } from '../../support/people.ts';
import { openPages } from '../../support/web-pages.ts';

type Given = Parameters<typeof openPages>[1];

const open = (t: Parameters<typeof openPages>[0], given: Given = {}) =>
  openPages(t, {
    signIn: signInOf(),
    ask: { publicOf: async () => new Set(), readableOf: async () => new Set(), mayWrite: async () => true },
    ...given,
  });

const seenAs = async (visitor: ReturnType<typeof visitorOf>) =>
  /<span class="login">([^<]*)</.exec(await (await visitor.get('/builds')).text())?.[1];

const hour = 3_600_000;

test('a sign-in leads to GitHub with a state and a challenge of its own, and back to where it was begun', async (t) => {
  const visitor = visitorOf(await open(t));
  const away = await visitor.get('/signin?to=%2Fbuilds%3Fservice%3Dorders');
  assert.equal(away.status, 302);
  const { searchParams } = new URL(away.headers.get('location') ?? '');
  assert.match(searchParams.get('state') ?? '', /^[\w-]{43}$/);
  assert.match(searchParams.get('challenge') ?? '', /^[\w-]{43}$/);
  assert.match(searchParams.get('redirect') ?? '', /\/signin\/callback$/);
  const again = new URL((await visitor.get('/signin')).headers.get('location') ?? '').searchParams;
  assert.notEqual(again.get('state'), searchParams.get('state'));
  const back = await visitor.signIn('mona', '/builds?service=orders');
  assert.equal(back.status, 303);
  assert.equal(back.headers.get('location'), '/builds?service=orders');
  assert.equal(await seenAs(visitor), 'mona');
});

test('its cookies are for this server and its pages alone', async (t) => {
  const visitor = visitorOf(await open(t));
  await visitor.signIn('mona');
  assert.equal(visitor.set.length, 3);
  for (const line of visitor.set) assert.match(line, /; Path=\/.*; HttpOnly|Max-Age=0; Path=\//);
  for (const line of visitor.set.filter((one) => !/Max-Age=0/.test(one))) {
    assert.match(line, /HttpOnly/);
    assert.match(line, /SameSite=Lax/);
    assert.doesNotMatch(line, /Domain=|Secure/);
  }
  const overTls = visitorOf(await open(t, { publicUrl: () => 'https://slipway.test' }));
  await overTls.get('/signin');
  assert.match(overTls.set[0] ?? '', /^__Host-slipway_signin=.*; Secure/);
});

for (const to of [
  '//evil.test',
  '/\\evil.test',
  'https://evil.test/',
  'javascript:alert(1)',
  '/\tx',
  `/${'x'.repeat(2000)}`,
]) {
  test(`a sign-in leads to no other site: ${JSON.stringify(to).slice(0, 30)}`, async (t) => {
    const visitor = visitorOf(await open(t));
    assert.equal((await visitor.signIn('mona', to)).headers.get('location'), '/');
  });
}

test('an answer that was not asked for by this browser signs nobody in', async (t) => {
  const pages = await open(t);
  const [one, other] = [visitorOf(pages), visitorOf(pages)];
  const away = await one.get('/signin');
  const state = new URL(away.headers.get('location') ?? '').searchParams.get('state') ?? '';
  await other.get('/signin');
  for (const [visitor, path] of [
    [other, `/signin/callback?code=mona&state=${state}`],
    [visitorOf(pages), `/signin/callback?code=mona&state=${state}`],
    [one, '/signin/callback?code=mona'],
    [one, `/signin/callback?state=${state}`],
  ] as const) {
    const response = await visitor.get(path);
    assert.equal(response.status, 403, path);
    assert.match(await response.text(), /Not signed in/);
  }
  assert.equal(pages.store.sessions.size, 0);
});

test('an answer counts once', async (t) => {
  const pages = await open(t);
  const visitor = visitorOf(pages);
  const away = await visitor.get('/signin');
  const state = new URL(away.headers.get('location') ?? '').searchParams.get('state') ?? '';
  const kept = new Map(visitor.cookies);
  assert.equal((await visitor.get(`/signin/callback?code=mona&state=${state}`)).status, 303);
  assert.equal((await visitor.get(`/signin/callback?code=mona&state=${state}`)).status, 403);
  assert.ok(kept.size > 0);
});

test('a refusal of GitHub is a sentence, and its reason stands in the log', async (t) => {
  const pages = await open(t);
  const response = await visitorOf(pages).signIn('refused');
  assert.equal(response.status, 403);
  assert.match(await response.text(), /Not signed in/);
  assert.ok(pages.lines.some(({ msg }) => msg === 'a sign-in failed'));
});

test('whoever has the store has no session and no token', async (t) => {
  const pages = await open(t);
  const visitor = visitorOf(pages);
  await visitor.signIn('mona');
  const kept = JSON.stringify([...pages.store.sessions.values()]);
  const id = decodeURIComponent(visitor.cookies.get('slipway_session') ?? '').split('.')[0] ?? assert.fail('no cookie');
  assert.ok(id.length > 40 && !kept.includes(id), kept);
  assert.doesNotMatch(kept, /token of mona/);
  assert.doesNotMatch(JSON.stringify(pages.lines), /token of mona/);
});

test('a cookie that was changed or made up is no session', async (t) => {
  const pages = await open(t);
  const visitor = visitorOf(pages);
  await visitor.signIn('mona');
  const cookie = visitor.cookies.get('slipway_session') ?? '';
  const another = (cookie.startsWith('A') ? 'B' : 'A') + cookie.slice(1);
  for (const bad of [another, cookie.slice(0, -4), 'x.y', '', encodeURIComponent('é.x')]) {
    assert.equal(await seenAs(visitorOf(pages, new Map([['slipway_session', bad]]))), undefined, bad);
  }
  assert.equal(await seenAs(visitor), 'mona');
});

test('a session is changed every hour, once for a request; the old one opens for a minute more', async (t) => {
  const pages = await open(t);
  const visitor = visitorOf(pages);
  await visitor.signIn('mona', '/');
  const [before] = [...pages.store.sessions.values()];
  assert.ok(before !== undefined);
  pages.store.sessions.set(before.idSha256, { ...before, createdAt: new Date(Date.now() - 1.1 * hour) });
  const old = visitor.cookies.get('slipway_session');
  const form = /name="form" value="([^"]+)"/.exec(await (await visitor.get('/builds')).text())?.[1] ?? '';
  assert.notEqual(visitor.cookies.get('slipway_session'), old);
  assert.equal(pages.store.sessions.size, 2, 'one new session, however often the request asked for its person');
  const left = (pages.store.sessions.get(before.idSha256)?.expiresAt.getTime() ?? 0) - Date.now();
  assert.ok(left > 0 && left <= 60_000, `${left}`);
  const added = [...pages.store.sessions.values()].at(-1);
  assert.deepEqual(added?.expiresAt, before.expiresAt, 'it lives no longer for it');
  assert.equal(await seenAs(visitor), 'mona');
  assert.equal((await visitor.post('/signout', { form })).status, 303);
});

test('an expired session is none', async (t) => {
  const pages = await open(t);
  const visitor = visitorOf(pages);
  await visitor.signIn('mona');
  for (const [id, session] of pages.store.sessions)
    pages.store.sessions.set(id, { ...session, expiresAt: new Date(0) });
  assert.equal(await seenAs(visitor), undefined);
});

test('a sign-in ends the session that was there before', async (t) => {
  const pages = await open(t);
  const visitor = visitorOf(pages);
  await visitor.signIn('mona');
  const planted = visitorOf(pages, new Map(visitor.cookies));
  await visitor.signIn('hubot');
  assert.equal(await seenAs(visitor), 'hubot');
  assert.equal(await seenAs(planted), undefined);
});

test('sign-out takes a form of ours, and ends the session for good', async (t) => {
  const pages = await open(t);
  const visitor = visitorOf(pages);
  await visitor.signIn('mona');
  const copy = visitorOf(pages, new Map(visitor.cookies));
  const form = /name="form" value="([^"]+)"/.exec(await (await visitor.get('/builds')).text())?.[1] ?? '';
  for (const wrong of ['', 'x', `${form}x`])
    assert.equal((await visitor.post('/signout', { form: wrong })).status, 404);
  assert.equal(await seenAs(visitor), 'mona');
  assert.equal((await visitor.post('/signout', { form })).status, 303);
  assert.equal(await seenAs(visitor), undefined);
  assert.equal(await seenAs(copy), undefined);
});

test('where sign-in is not set up there is no such address, and the pages say how private builds are reached', async (t) => {
  const pages = await openPages(t);
  assert.equal((await pages.get('/signin')).status, 404);
  const list = await (await pages.get('/builds')).text();
  assert.doesNotMatch(list, /\/signin/);
  assert.match(list, /sign-in is not set up on this server/);
});

test('no cookie of ours counts for another one', async (t) => {
  const pages = await open(t);
  const visitor = visitorOf(pages);
  await visitor.signIn('mona');
  const session = visitor.cookies.get('slipway_session') ?? assert.fail('no session');
  const response = await pages.get('/signin/callback?code=mona&state=x', {
    headers: { cookie: `slipway_signin=${session}` },
  });
  assert.equal(response.status, 403);
  assert.ok(!pages.lines.some(({ msg }) => msg === 'page failed'));
});
