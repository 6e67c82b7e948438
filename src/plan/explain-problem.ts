import type { z } from 'zod';
import { configurationSchema } from './configuration.ts';
import { nearestKey } from './nearest-key.ts';
import { quote } from './quote.ts';

export type Problem = { readonly path: readonly PropertyKey[]; readonly sentence: string };

/** One problem of the configuration in words: key, what was expected, what was found. */
export function explainProblem(issue: z.core.$ZodIssue, value: unknown): Problem {
  const key = keyOf(issue.path);
  const where = key === '' ? '' : `${quote(key)}: `;
  if (issue.code === 'unrecognized_keys') {
    const [unknown = ''] = issue.keys;
    const known = knownKeys(issue.path);
    const nearest = nearestKey(unknown, known);
    const all = known.map((name) => `\`${name}\``).join(', ');
    return {
      path: [...issue.path, unknown],
      sentence: `${where}expected ${nearest ? `\`${nearest}\` or another key of ${all}` : `one of ${all}`}, found ${quote(unknown)}.`,
    };
  }
  const isKey = issue.code === 'invalid_key';
  const message = isKey ? (issue.issues[0]?.message ?? issue.message) : issue.message;
  if (!message.startsWith('expected ')) return { path: issue.path, sentence: `${where}${message}.` };
  const found = isKey ? quote(String(issue.path.at(-1))) : describe(valueAt(value, issue.path));
  return { path: issue.path, sentence: `${where}${message}, found ${found}.` };
}

/** `services[0].build` */
function keyOf(path: readonly PropertyKey[]): string {
  return path
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${String(part)}`))
    .join('');
}

function knownKeys(path: readonly PropertyKey[]): readonly string[] {
  const { version, services } = configurationSchema.shape;
  const service = services.unwrap().element.shape;
  const last = path.at(-1);
  if (last === undefined) return Object.keys(configurationSchema.shape);
  if (last === 'version') return Object.keys(version.unwrap().shape);
  if (last === 'packer') return Object.keys(service.packer.unwrap().shape);
  return Object.keys(last === 'build' ? service.build.unwrap().shape : service);
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inside, part) =>
      typeof inside === 'object' && inside !== null && Object.hasOwn(inside, part)
        ? (inside as Record<PropertyKey, unknown>)[part]
        : undefined,
    value,
  );
}

/** What was found, in a few words; never the whole of it, which may hold itself. */
function describe(value: unknown): string {
  if (value === undefined || value === null || value === '') return 'nothing';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object') return 'a map';
  return quote(String(value));
}
