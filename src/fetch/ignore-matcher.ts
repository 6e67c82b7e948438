import { SlipwayError } from '../errors.ts';
import type { IgnoreRule } from './ignore-rules.ts';

/** Which rules match a folder or one above it, so that its content need not ask again. */
type FolderMatches = Uint8Array;

/** Bytes of what is remembered of folders. */
const rememberedLimit = 2 ** 24;

/** Comparisons, of characters or whole patterns, for one context: 200,000 paths with 100 patterns of `**` take half of it. */
const mostWork = 2e9;

/**
 * Decides what an ignore file takes out: the last line that matches a path, or a folder above it, counts
 * (moby/patternmatcher, `MatchesOrParentMatches`; what buildx and BuildKit do).
 */
export type IgnoreMatcher = {
  ignores(path: string): boolean;
  /** Whether something within a folder that is taken out may have been put back. */
  mayHoldKept(folder: string): boolean;
};

export function ignoreMatcher(rules: readonly IgnoreRule[], workLimit = mostWork): IgnoreMatcher {
  const folders = new Map<string, FolderMatches>();
  let work = 0;

  function spend(more: number): void {
    work += more;
    if (work <= workLimit) return;
    throw new SlipwayError(
      'configuration-invalid',
      'The ignore file takes too much work: it has too many or too long patterns.',
      {
        help: 'Name folders instead of many files, and use fewer `*` in one line.',
      },
    );
  }

  function matchesOf(folder: string): FolderMatches {
    const known = folders.get(folder);
    if (known !== undefined) return known;
    const above = parentMatches(folder);
    const matches = Uint8Array.from(rules, (rule, index) =>
      above?.[index] === 1 || rule.matches(folder, spend) ? 1 : 0,
    );
    spend(rules.length);
    if (folders.size * rules.length > rememberedLimit) folders.clear();
    folders.set(folder, matches);
    return matches;
  }

  function parentMatches(path: string): FolderMatches | undefined {
    const slash = path.lastIndexOf('/');
    return slash === -1 ? undefined : matchesOf(path.slice(0, slash));
  }

  return {
    ignores(path) {
      if (rules.length === 0) return false;
      const above = parentMatches(path);
      spend(rules.length);
      for (let index = rules.length - 1; index >= 0; index -= 1) {
        const rule = rules[index];
        if (rule !== undefined && (above?.[index] === 1 || rule.matches(path, spend))) return !rule.negated;
      }
      return false;
    },
    mayHoldKept(folder) {
      return rules.some(({ negated, pattern }) => negated && reachesInto(pattern, folder));
    },
  };
}

/** A pattern with a wildcard before its end may match at any depth; a plain one only along its own path. */
function reachesInto(pattern: string, folder: string): boolean {
  const plain = pattern.replace(/\/\*\*?$/, '');
  return /[*?[\]^\\]/.test(plain) || `${plain}/`.startsWith(`${folder}/`);
}
