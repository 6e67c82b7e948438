import type { Operation } from '../judge/description.ts';

export type Matched = { readonly operation: Operation; readonly params: Readonly<Record<string, string>> };

type Pattern = { readonly operation: Operation; readonly pattern: RegExp; readonly names: readonly string[] };

const literal = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

function patternOf(operation: Operation): Pattern {
  const names: string[] = [];
  const parts = operation.template.split('/').map((part) => {
    const [, name] = /^\{(\w+)\}$/.exec(part) ?? [];
    if (name === undefined) return literal(part);
    names.push(name);
    return operation.parameters.some((one) => one.name === name && one.multiSegment) ? '(.+)' : '([^/]+)';
  });
  // The root folder of a repository has no path, and octokit then leaves the slash out as well.
  const source = parts.join('/').replace('/contents/(.+)', '/contents(?:/(.*))?');
  return { operation, names, pattern: new RegExp(`^${source}$`) };
}

/** A route with more fixed words is tried first: `commits/{ref}/check-runs` before `commits/{ref}`. */
const fixedWords = ({ operation }: Pattern) =>
  operation.template.split('/').filter((part) => !part.startsWith('{')).length;

export function createMatcher(operations: readonly Operation[]) {
  const patterns = operations.map(patternOf).sort((a, b) => fixedWords(b) - fixedWords(a));
  return (method: string, path: string): Matched | undefined => {
    for (const { operation, pattern, names } of patterns) {
      const found = operation.method === method ? pattern.exec(path) : null;
      if (found !== null) {
        const values = names.map((name, index) => [name, decodeURIComponent(found[index + 1] ?? '')]);
        return { operation, params: Object.fromEntries(values) };
      }
    }
    return undefined;
  };
}
