import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import semver from 'semver';
import { bumpVersion } from '../../../src/plan/bump-version.ts';

const bumps = ['major', 'minor', 'patch'] as const;

describe('the version that a bump label gives', () => {
  it('is the first one of its kind where nothing is published', () => {
    assert.deepEqual(
      bumps.map((bump) => bumpVersion(bump, [])),
      ['1.0.0', '0.1.0', '0.0.1'],
    );
  });

  it('stands behind the highest stable version, in the order of SemVer and not of the alphabet', () => {
    const taken = ['1.9.0', '1.10.2', '1.2.3'];
    assert.deepEqual(
      bumps.map((bump) => bumpVersion(bump, taken)),
      ['2.0.0', '1.11.0', '1.10.3'],
    );
  });

  it('passes over pre-releases, aliases and other tags', () => {
    const taken = ['latest', '2', '1.4', 'v3.0.0', '2.0.0-rc.1', '1.4.2', `sha256-${'a'.repeat(64)}.sig`, '9.9.9+7'];
    assert.equal(bumpVersion('patch', taken), '1.4.3');
    assert.equal(bumpVersion('patch', ['1.0.0-rc.1']), '0.0.1');
  });

  it('ends where numbers end, instead of counting for ever', () => {
    const highest = String(Number.MAX_SAFE_INTEGER);
    assert.equal(bumpVersion('major', [`${highest}.0.0`, '1.0.0']), '2.0.0');
    assert.equal(bumpVersion('minor', [`${highest}.0.0`, '1.0.0']), `${highest}.1.0`);
  });

  it('is always free, stable, and higher than every stable version', () => {
    const number = fc.nat({ max: 30 });
    const version = fc
      .tuple(number, number, number, fc.constantFrom('', '-rc.1', '-0'))
      .map(([major, minor, patch, ending]) => `${major}.${minor}.${patch}${ending}`);
    fc.assert(
      fc.property(fc.constantFrom(...bumps), fc.array(version), (bump, taken) => {
        const next = bumpVersion(bump, taken);
        assert.ok(!taken.includes(next));
        assert.equal(semver.prerelease(next), null);
        for (const other of taken) if (semver.prerelease(other) === null) assert.ok(semver.gt(next, other));
      }),
    );
  });
});
