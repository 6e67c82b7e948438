import picomatch from 'picomatch';
import type { Configuration } from './configuration.ts';

/** GitHub lets a branch name have 255 bytes; a longer one is nobody's. */
const longestBranch = 255;

/** Whether merges into this base branch are published. */
export function matchesBranch(configuration: Configuration, baseRef: string): boolean {
  if (baseRef.length > longestBranch) return false;
  return configuration.branches.some(
    (glob) => glob === baseRef || picomatch.isMatch(baseRef, glob, { dot: true, noextglob: true }),
  );
}
