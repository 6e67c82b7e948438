import { SlipwayError } from '../errors.ts';
import { quote } from './quote.ts';

/** The line where a key stands first, counted from 1; 1 where it does not stand. For annotations. */
export function lineOfKey(text: string, key: string): number {
  const place = text.indexOf(`"${key}"`);
  return place < 0 ? 1 : lineAt(text, place);
}

function lineAt(text: string, place: number): number {
  return text.slice(0, place).split('\n').length;
}

/** V8 names the place as `(line 2 column 5)`, or says that the text ended, or (in short texts) names none. */
function lineOfError(message: string, text: string): number {
  const named = /\(line (\d+) column \d+\)/.exec(message)?.[1];
  if (named !== undefined) return Number(named);
  return message.includes('end of JSON') ? lineAt(text.trimEnd(), text.length) : 1;
}

/**
 * Reads package.json as npm does: a byte order mark at its start is passed over.
 *
 * @throws {SlipwayError} `package-json-invalid`
 */
export function readPackageJson(text: string, file: string): Readonly<Record<string, unknown>> {
  const json = text.startsWith('\ufeff') ? text.slice(1) : text;
  const refuse = (found: string, line: number, cause?: unknown): SlipwayError =>
    new SlipwayError('package-json-invalid', `${quote(file)}, line ${line}: expected a JSON object, found ${found}.`, {
      help: 'Correct the file, then merge again.',
      annotation: {
        path: file,
        startLine: line,
        endLine: line,
        title: 'Slipway cannot read package.json',
        message: `Expected a JSON object, found ${found}.`,
      },
      cause,
    });
  let content: unknown;
  try {
    content = JSON.parse(json);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw refuse(`something that is no JSON: ${quote(message, 200)}`, lineOfError(message, json), cause);
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    throw refuse(Array.isArray(content) ? 'a list' : content === null ? 'null' : `a ${typeof content}`, 1);
  }
  return content as Record<string, unknown>;
}
