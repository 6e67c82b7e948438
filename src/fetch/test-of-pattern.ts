import { expressionOfPattern } from './expression-of-pattern.ts';
import { isGoPattern } from './is-go-pattern.ts';
import type { PathTest } from './path-test.ts';
import { stepsOfExpression } from './steps-of-expression.ts';
import { testOfSteps } from './test-of-steps.ts';

/**
 * One pattern of an ignore file, read as moby/patternmatcher reads it, the package that the docker client, buildx and
 * BuildKit share. Its oddities are kept: `a**` is a prefix, `**.js` and `**foo` are suffixes, and what stands behind
 * a backslash reaches Go's regular expressions.
 *
 * @param pattern cleaned, without `!`
 * @returns undefined when docker would refuse it
 */
export function testOfPattern(pattern: string): PathTest | undefined {
  if (!isGoPattern(pattern)) return undefined;
  const { kind, expression } = expressionOfPattern(pattern);
  if (kind === 'exact') return (path) => path === pattern;
  if (kind === 'prefix') {
    const prefix = pattern.slice(0, -2);
    return (path) => path.startsWith(prefix);
  }
  if (kind === 'suffix') {
    const suffix = pattern.slice(2);
    const whole = suffix.startsWith('/') ? suffix.slice(1) : undefined;
    return (path) => path.endsWith(suffix) || path === whole;
  }
  const tests = stepsOfExpression(expression)?.map(testOfSteps);
  return tests === undefined ? undefined : (path, spend) => tests.some((test) => test(path, spend));
}
