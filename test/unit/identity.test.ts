import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { identityLabels, identityOf, sameIdentity } from '../../src/identity.ts';

const merge = { repositoryId: 42, path: 'services/orders', commit: 'a'.repeat(40) };
const folder = { contentDigest: 'b'.repeat(64) };
const about = { buildId: 'build-1', version: '1.4.2', sourceUrl: 'https://github.com/acme/orders' };

describe('identity labels', () => {
  it('say whose an image is, in the standard’s keys and in ours', () => {
    assert.deepEqual(identityLabels({ identity: merge, ...about }), {
      'org.opencontainers.image.revision': merge.commit,
      'org.opencontainers.image.version': '1.4.2',
      'org.opencontainers.image.source': 'https://github.com/acme/orders',
      'dev.slipway.repository-id': '42',
      'dev.slipway.path': 'services/orders',
      'dev.slipway.commit': merge.commit,
      'dev.slipway.content-digest': '',
      'dev.slipway.build': 'build-1',
    });
  });

  it('are read back as the identity that was written', () => {
    for (const identity of [merge, folder]) {
      assert.deepEqual(identityOf(identityLabels({ identity, ...about })), identity);
    }
  });

  it('of a folder hide the ones of a base image that a merge published', () => {
    const base = identityLabels({ identity: merge, ...about });
    const inherited = { ...base, ...identityLabels({ identity: folder, ...about }) };
    assert.deepEqual(identityOf(inherited), folder);
  });

  it('fall back to the standard’s revision, and leave out what makes no sense', () => {
    assert.deepEqual(identityOf({ 'org.opencontainers.image.revision': 'abc', 'dev.slipway.repository-id': 'x' }), {
      commit: 'abc',
    });
    assert.deepEqual(identityOf({ 'dev.slipway.repository-id': '-1', 'dev.slipway.path': '' }), {});
  });
});

describe('two identities', () => {
  it('are the same with the same repository, folder and commit', () => {
    assert.equal(sameIdentity(merge, { ...merge }), true);
    assert.equal(sameIdentity(merge, { ...merge, repositoryId: 43 }), false);
    assert.equal(sameIdentity(merge, { ...merge, path: 'services/users' }), false);
    assert.equal(sameIdentity(merge, { ...merge, commit: 'c'.repeat(40) }), false);
  });

  it('are the same with the same content, where there is no repository', () => {
    assert.equal(sameIdentity(folder, { ...folder }), true);
    assert.equal(sameIdentity(folder, { contentDigest: 'c'.repeat(64) }), false);
    assert.equal(sameIdentity({ ...merge, ...folder }, folder), false);
  });

  it('are never the same when they say nothing', () => {
    assert.equal(sameIdentity({}, {}), false);
    assert.equal(sameIdentity({ repositoryId: 1 }, { repositoryId: 1 }), false);
    assert.equal(sameIdentity({ commit: 'a' }, { commit: 'a' }), false);
  });
});
