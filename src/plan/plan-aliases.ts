import semver from 'semver';
import type { AliasRule } from '../terms.ts';

export type AliasPlan = {
  /** Tags that will point to the version. */
  readonly moves: readonly string[];
  /** Tags that stay where they are, since a newer version is published. */
  readonly stays: readonly { readonly tag: string; readonly at: string }[];
};

/**
 * The aliases of a version: each moves forward only, and a pre-release moves none.
 *
 * @param published the versions of the service; what is no version is passed over
 */
export function planAliases(version: string, rules: readonly AliasRule[], published: readonly string[]): AliasPlan {
  const stable = published.filter((one) => semver.parse(one)?.version === one && semver.prerelease(one) === null);
  const moves: string[] = [];
  const stays: { tag: string; at: string }[] = [];
  if (semver.prerelease(version) !== null) return { moves, stays };
  for (const rule of rules) {
    const tag = aliasOf(rule, version);
    const newer = semver.rsort(stable.filter((one) => aliasOf(rule, one) === tag && semver.gt(one, version)))[0];
    if (newer === undefined) moves.push(tag);
    else stays.push({ tag, at: newer });
  }
  return { moves, stays };
}

/** `1`, `1.4`, `latest` */
function aliasOf(rule: AliasRule, version: string): string {
  if (rule === 'latest') return rule;
  const { major, minor } = new semver.SemVer(version);
  return rule === 'major' ? `${major}` : `${major}.${minor}`;
}
