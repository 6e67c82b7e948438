import { type Document, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, visit } from 'yaml';
import { SlipwayError } from '../errors.ts';
import { configurationError } from './configuration-error.ts';
import { quote } from './quote.ts';

const mostAliases = 50;

export type Yaml = {
  /** Every scalar is a text; null for an empty file. */
  readonly value: unknown;
  /** The line of a key or of a list's item; of the nearest one around it where the file has no such thing. */
  lineOf(path: readonly PropertyKey[]): number;
};

/**
 * Reads one YAML document in bounded time and memory.
 *
 * @throws {SlipwayError} `configuration-invalid`
 */
export function parseYaml(text: string): Yaml {
  const lines = new LineCounter();
  const lineAt = (offset: number): number => Math.max(1, lines.linePos(offset).line);
  try {
    // `failsafe`: every scalar is the text that stands there, so that the argument `1.10` stays `1.10`.
    // Unique keys are checked below: the library compares each with each, which takes seconds for 64 KiB of keys.
    const document = parseDocument(text, {
      lineCounter: lines,
      schema: 'failsafe',
      uniqueKeys: false,
      stringKeys: true,
      prettyErrors: false,
      logLevel: 'error',
    });
    const [error] = document.errors;
    if (error) {
      const sentence =
        error.code === 'MULTIPLE_DOCS'
          ? 'expected one YAML document, found several.'
          : `expected YAML, found something that is none: ${quote(error.message, 200)}.`;
      throw configurationError(sentence, lineAt(error.pos[0]), error);
    }
    refuseDuplicateKeys(document, lineAt);
    return {
      value: document.toJS({ maxAliasCount: mostAliases }) as unknown,
      lineOf: (path) => lineAt(nodeAt(document, path)?.range?.[0] ?? 0),
    };
  } catch (cause) {
    if (cause instanceof SlipwayError) throw cause;
    // The library throws for what aliases do: unknown ones, and bombs.
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw configurationError(`expected YAML, found something that cannot be read: ${quote(reason, 200)}.`, 1, cause);
  }
}

function refuseDuplicateKeys(document: Document.Parsed, lineAt: (offset: number) => number): void {
  visit(document, {
    Map: (_, map) => {
      const seen = new Set<string>();
      for (const { key } of map.items) {
        if (!isScalar(key)) continue;
        const name = String(key.value);
        if (seen.has(name)) {
          throw configurationError(`expected each key once, found ${quote(name)} twice.`, lineAt(key.range?.[0] ?? 0));
        }
        seen.add(name);
      }
    },
  });
}

/** A key's own node and not its value's, so that its line is the key's. */
function nodeAt(document: Document.Parsed, path: readonly PropertyKey[]): Node | undefined {
  let shown: Node | undefined = document.contents ?? undefined;
  let inside: unknown = document.contents;
  for (const part of path) {
    if (isMap(inside)) {
      const pair = inside.items.find(({ key }) => isScalar(key) && key.value === part);
      if (pair === undefined) return shown;
      shown = pair.key as Node;
      inside = pair.value;
    } else if (isSeq(inside)) {
      const item: unknown = inside.items[Number(part)];
      if (item === undefined) return shown;
      shown = item as Node;
      inside = item;
    }
  }
  return shown;
}
