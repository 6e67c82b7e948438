import { globSync, statSync } from 'node:fs';
import path from 'node:path';

const root = path.join(import.meta.dirname, '..', '..');

/** What the command line of the test command means. */
export type Selection = {
  /** Relative to the repository's root. */
  readonly files: readonly string[];
  /** For `node --test`. */
  readonly arguments: readonly string[];
  /** Whether the tests of test/slow are meant. */
  readonly slow: boolean;
  /** False when only unit tests run. */
  readonly needsParts: boolean;
  /** Whether any of them is a slow test, which may need more. */
  readonly needsSlowParts: boolean;
};

const isFolder = (name: string): boolean =>
  statSync(path.join(root, name), { throwIfNoEntry: false })?.isDirectory() ?? false;

function filesOf(patterns: readonly string[]): string[] {
  const files = patterns.flatMap((pattern) =>
    globSync(isFolder(pattern) ? path.join(pattern, '**/*.test.ts') : pattern, { cwd: root }),
  );
  return [...new Set(files)].sort();
}

/**
 * Reads `[--slow] [options of node --test] [file | folder | pattern ...]`. Without files: every test but the slow ones,
 * and their coverage; with `--slow`: every slow one.
 */
export function selectTests(args: readonly string[]): Selection {
  const slow = args.includes('--slow');
  const options = args.filter((arg) => arg.startsWith('-') && arg !== '--slow');
  const given = args.filter((arg) => !arg.startsWith('-'));
  const all = filesOf(['test']);
  const isSlow = (file: string): boolean => file.startsWith(path.join('test', 'slow', path.sep));
  const files = given.length > 0 ? filesOf(given) : all.filter((file) => isSlow(file) === slow);
  const coverage =
    given.length > 0 || slow ? [] : ['--experimental-test-coverage', '--test-coverage-include=src/**/*.ts'];
  return {
    files,
    // The slow ones start engines of their own: more than two at once would wait for the processors.
    arguments: [
      `--test-concurrency=${slow ? 2 : 3}`,
      `--test-timeout=${slow ? 900_000 : 300_000}`,
      ...coverage,
      ...options,
      ...files,
    ],
    slow,
    needsSlowParts: files.some(isSlow),
    needsParts: files.some((file) => !file.startsWith(path.join('test', 'unit', path.sep))),
  };
}
