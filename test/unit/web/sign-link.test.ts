import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linkKey } from '../../../src/web/link-key.ts';
import { signLink } from '../../../src/web/sign-link.ts';
import { verifyLink } from '../../../src/web/verify-link.ts';
import { memoryStore } from '../../support/memory-store.ts';

const day = 86_400_000;
const now = Date.parse('2026-03-02T10:00:00Z');
const build = { id: 'build-1', createdAt: new Date(now) };
const keyOf = (link: string) => new URL(link, 'http://slipway').searchParams.get('key') ?? '';

test('a link opens its build for 30 days', () => {
  const link = signLink('k', build);
  assert.match(link, /^\/builds\/build-1\?key=\d+\.[\w-]{43}$/);
  assert.equal(verifyLink('k', 'build-1', keyOf(link), now), true);
  assert.equal(verifyLink('k', 'build-1', keyOf(link), now + 30 * day - 1000), true);
  assert.equal(verifyLink('k', 'build-1', keyOf(link), now + 30 * day), false);
});

test('a link of a build is the same each time, so that no text with it has to be written again', () => {
  assert.equal(signLink('k', build), signLink('k', { ...build }));
});

test('a link opens no other build, and none of a server with another key', () => {
  const key = keyOf(signLink('k', build));
  assert.equal(verifyLink('k', 'build-2', key, now), false);
  assert.equal(verifyLink('other', 'build-1', key, now), false);
});

test('a link whose time was pushed out opens nothing', () => {
  const [expires = '', signature = ''] = keyOf(signLink('k', build)).split('.');
  assert.equal(verifyLink('k', 'build-1', `${Number(expires) + 1}.${signature}`, now), false);
  assert.equal(verifyLink('k', 'build-1', `9${expires}.${signature}`, now), false);
});

for (const given of [
  undefined,
  '',
  '.',
  '1.',
  '.x',
  '1.x',
  'NaN.'.padEnd(47, 'A'),
  `1.${'A'.repeat(43)}`,
  `${'9'.repeat(400)}.x`,
  '\0',
]) {
  test(`the key ${JSON.stringify(given)?.slice(0, 20)} opens nothing`, () => {
    assert.equal(verifyLink('k', 'build-1', given, now), false);
  });
}

test('a signature in other letters of the same bytes changes nothing but never opens more', () => {
  const key = keyOf(signLink('k', build));
  assert.equal(verifyLink('k', 'build-1', `${key}=`, now), false);
  assert.equal(verifyLink('k', 'build-1', ` ${key}`, now), false);
});

test('the key is random, made once, and kept', async () => {
  const store = memoryStore();
  const key = await linkKey(store);
  assert.match(key, /^[\w-]{43}$/);
  assert.equal(await linkKey(store), key);
  assert.notEqual(await linkKey(memoryStore()), key);
});
