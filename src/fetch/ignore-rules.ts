import { posix } from 'node:path';
import { SlipwayError } from '../errors.ts';
import { forPeople } from './for-people.ts';
import type { PathTest } from './path-test.ts';
import { testOfPattern } from './test-of-pattern.ts';

/** One line of an ignore file. */
export type IgnoreRule = {
  /** Begins with `!`: puts back what earlier lines took out. */
  readonly negated: boolean;
  /** Cleaned: no `.` and `..` parts that can be resolved, no slash at either end. */
  readonly pattern: string;
  readonly matches: PathTest;
};

/** What Go's strings.TrimSpace takes off; JavaScript's trim would also take a byte order mark. */
const space = '[\\t\\n\\v\\f\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]';
const outerSpace = new RegExp(`^${space}+|${space}+$`, 'gu');
const trim = (text: string): string => text.replace(outerSpace, '');

const ruleLimit = 10_000;

/** Go's filepath.Clean, which differs from POSIX normalize in the trailing slash. */
function clean(pattern: string): string {
  const normal = posix.normalize(pattern);
  return normal.length > 1 && normal.endsWith('/') ? normal.slice(0, -1) : normal;
}

/**
 * The rules of a `.dockerignore`, read as docker reads it (moby/patternmatcher, packages `ignorefile` and
 * `patternmatcher`).
 *
 * @param file where it stands, for the sentence
 * @throws {SlipwayError} `configuration-invalid` where docker fails as well: `!` alone, an unfinished `[` or `\`
 */
export function ignoreRules(text: string, file: string): readonly IgnoreRule[] {
  const rules: IgnoreRule[] = [];
  const lines = text.replace(/^\uFEFF/, '').split('\n');
  for (const [index, line] of lines.entries()) {
    if (line.startsWith('#')) continue;
    const trimmed = trim(line);
    if (trimmed === '') continue;
    const listed = clean(trim(listedPattern(trimmed)));
    const negated = listed.startsWith('!');
    const pattern = negated ? listed.slice(1) : listed;
    const matches = pattern === '' ? undefined : testOfPattern(pattern);
    if (matches === undefined) {
      throw new SlipwayError(
        'configuration-invalid',
        `${forPeople(file)}, line ${index + 1}: expected a pattern, found ${forPeople(trimmed)}.`,
        {
          help: 'docker build refuses this line as well, or takes it for an expression that nobody means: mend it or take it out.',
          annotation: {
            path: file,
            startLine: index + 1,
            endLine: index + 1,
            title: 'No pattern',
            message: 'docker cannot read this line of the ignore file.',
          },
        },
      );
    }
    rules.push({ negated, pattern, matches });
    if (rules.length > ruleLimit) {
      throw new SlipwayError('configuration-invalid', `${forPeople(file)} holds more than ${ruleLimit} patterns.`);
    }
  }
  return rules;
}

/** What `ignorefile` hands to `patternmatcher`, which then reads it anew: `/!a` becomes `!a` and is a negation. */
function listedPattern(line: string): string {
  const negated = line.startsWith('!');
  const written = negated ? trim(line.slice(1)) : line;
  if (written === '') return '!';
  const cleaned = clean(written);
  const relative = cleaned.length > 1 && cleaned.startsWith('/') ? cleaned.slice(1) : cleaned;
  return negated ? `!${relative}` : relative;
}
