import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toNewMerge } from '../../../src/receive/to-new-merge.ts';
import { mergedPayload } from '../../support/merged-payload.ts';

const delivery = '5f0e0d4e-8d2a-4a3c-9a51-0f6f2f1b7a10';

/** A payload in which the value at a path is another one, or absent. */
function changed(path: string, value?: unknown): unknown {
  const payload: unknown = structuredClone(mergedPayload());
  const keys = path.split('.');
  const last = keys.pop() ?? '';
  const holder = keys.reduce((at, key) => (at as Record<string, unknown>)[key], payload) as Record<string, unknown>;
  if (value === undefined) delete holder[last];
  else holder[last] = value;
  return payload;
}

test('a merged pull request is read with everything that later steps need', () => {
  const payload = mergedPayload({ labels: ['version:1.4.2', 'bug'], private: true, base: 'release/2' });
  assert.deepEqual(toNewMerge(payload, delivery), {
    merge: {
      installationId: 7,
      repositoryId: 42,
      owner: 'acme',
      repo: 'orders',
      private: true,
      number: 12,
      mergeCommit: '2'.repeat(40),
      headSha: '1'.repeat(40),
      baseRef: 'release/2',
      title: 'Answer faster',
      labels: ['version:1.4.2', 'bug'],
      author: 'ada',
      repositoryUrl: 'https://github.com/acme/orders',
      mergedAt: new Date('2026-03-02T10:00:00Z'),
      deliveryId: delivery,
    },
  });
});

for (const path of [
  'installation',
  'installation.id',
  'repository',
  'repository.id',
  'repository.name',
  'repository.private',
  'repository.html_url',
  'repository.owner',
  'repository.owner.login',
  'pull_request',
  'pull_request.number',
  'pull_request.title',
  'pull_request.merged_at',
  'pull_request.merge_commit_sha',
  'pull_request.head',
  'pull_request.head.sha',
  'pull_request.base',
  'pull_request.base.ref',
]) {
  test(`a payload without ${path} is no merge, and it is named`, () => {
    assert.deepEqual(toNewMerge(changed(path), delivery), { missing: [path] });
  });
}

for (const [path, value] of [
  ['pull_request.merge_commit_sha', null],
  ['pull_request.merge_commit_sha', '../../etc/passwd'],
  ['pull_request.head.sha', 'main'],
  ['installation.id', '7'],
  ['pull_request.number', 2 ** 31],
  ['repository.html_url', 'javascript:alert(1)'],
  ['pull_request.labels', 'version:1.4.2'],
  ['pull_request.merged_at', 'yesterday'],
] as const) {
  test(`a payload whose ${path} is ${JSON.stringify(value)} is no merge`, () => {
    assert.deepEqual(toNewMerge(changed(path, value), delivery), { missing: [path] });
  });
}

test('several missing fields are all named', () => {
  assert.deepEqual(toNewMerge({}, delivery), { missing: ['installation', 'repository', 'pull_request'] });
});

test('a payload without labels is a merge without labels: the title may still hold the version', () => {
  for (const payload of [changed('pull_request.labels'), mergedPayload({ labels: [] })]) {
    const read = toNewMerge(payload, delivery);
    assert.deepEqual('merge' in read && read.merge.labels, []);
  }
});

test('a pull request whose author is gone is by ghost', () => {
  const read = toNewMerge(changed('pull_request.user', null), delivery);
  assert.equal('merge' in read && read.merge.author, 'ghost');
});

test('a merge commit of a SHA-256 repository is read', () => {
  const read = toNewMerge(changed('pull_request.merge_commit_sha', 'a'.repeat(64)), delivery);
  assert.equal('merge' in read && read.merge.mergeCommit, 'a'.repeat(64));
});

test('characters that a database cannot hold are replaced', () => {
  const read = toNewMerge(mergedPayload({ title: 'a\0b\ud800c', labels: ['\0'] }), delivery);
  assert.ok('merge' in read);
  assert.equal(read.merge.title, 'a\uFFFDb\uFFFDc');
  assert.deepEqual(read.merge.labels, ['\uFFFD']);
});
