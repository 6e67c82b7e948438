import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { expandVariables } from '../../../../src/build/docker/expand-variables.ts';
import { fullImageName } from '../../../../src/build/docker/image-name.ts';
import { buildName, cacheRepository, isBuildName } from '../../../../src/build/docker/local-names.ts';

describe('fullImageName', () => {
  it('writes names in full, as the engine does', () => {
    const hex = `sha256:${'a'.repeat(64)}`;
    for (const [given, full] of [
      ['alpine', 'docker.io/library/alpine:latest'],
      ['alpine:3', 'docker.io/library/alpine:3'],
      ['team/base', 'docker.io/team/base:latest'],
      ['docker.io/alpine', 'docker.io/library/alpine:latest'],
      ['index.docker.io/library/alpine:3', 'docker.io/library/alpine:3'],
      ['registry.lan:5000/base', 'registry.lan:5000/base:latest'],
      ['localhost/base:1', 'localhost/base:1'],
      [`ghcr.io/a/b:1@${hex}`, `ghcr.io/a/b@${hex}`],
    ] as const) {
      assert.equal(fullImageName(given), full);
    }
  });
});

describe('expandVariables', () => {
  const expand = (text: string): string => expandVariables(text, (name) => ({ A: 'a', EMPTY: '' })[name]);

  it('replaces variables in every form', () => {
    assert.equal(
      expand(`$A-\${A}-$NONE-\${NONE:-other}-\${EMPTY:-other}-\${A:-other}-\${A:+set}-\${NONE:+set}`),
      'a-a--other-other-a-set-',
    );
  });

  it('leaves what is escaped', () => {
    assert.equal(expand('\\$A'), '$A');
  });
});

describe('names on the engine', () => {
  it('are for a build, or for a push to staging', () => {
    assert.equal(isBuildName(buildName('b1')), true);
    assert.equal(isBuildName('registry.lan:5000/team/slipway-staging:b1'), true);
    assert.equal(isBuildName('slipway-staging:b1'), true);
    for (const other of [
      'slipway-builder:1',
      'me/slipway-build:1',
      'slipway-cache/orders:0',
      'not-slipway-staging:1',
    ]) {
      assert.equal(isBuildName(other), false, other);
    }
  });

  it('for the cache fit into 255 characters, however long the service’s name is', () => {
    assert.equal(cacheRepository('team/orders'), 'slipway-cache/team/orders');
    assert.ok(`docker.io/${cacheRepository('a'.repeat(255))}`.length <= 255);
    assert.notEqual(cacheRepository('a'.repeat(255)), cacheRepository('a'.repeat(254)));
  });
});
