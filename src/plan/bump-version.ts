import semver from 'semver';
import type { Bump } from '../terms.ts';

/**
 * The version that a bump label gives: the next one behind the highest stable version of `taken` (0.0.0 where there is
 * none), skipping those that are taken. The first release is 0.0.1, 0.1.0 or 1.0.0.
 *
 * @param taken published and reserved versions; what is no version is passed over
 */
export function bumpVersion(bump: Bump, taken: readonly string[]): string {
  const gone = new Set(taken);
  const stable = taken.filter((version) => {
    const parsed = semver.parse(version);
    const isStable = parsed !== null && parsed.version === version && parsed.prerelease.length === 0;
    // Behind the highest number that semver reads comes nothing that it reads.
    return isStable && semver.valid(semver.inc(version, bump)) !== null;
  });
  let version = semver.inc(semver.rsort(stable)[0] ?? '0.0.0', bump);
  while (version !== null && gone.has(version)) version = semver.inc(version, bump);
  return version ?? '0.0.1';
}
