import semver from 'semver';

/**
 * The next version behind `wanted` that nobody has: the next patch, or the next number of the same pre-release
 * (`1.4.2-rc.1` gives `1.4.2-rc.2`). For the sentence that refuses a taken version.
 *
 * @param taken published and reserved versions; what is no version is passed over
 */
export function nextFreeVersion(taken: readonly string[], wanted: string): string {
  const gone = new Set(taken).add(wanted);
  const release = semver.prerelease(wanted) === null ? 'patch' : 'prerelease';
  let version = wanted;
  // Counted, since a number at the end of what a double holds has no next one.
  for (let tries = gone.size; tries > 0 && gone.has(version); tries -= 1)
    version = semver.inc(version, release) ?? version;
  return version;
}
