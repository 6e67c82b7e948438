import { type Configuration, configurationSchema } from './configuration.ts';
import { configurationError } from './configuration-error.ts';
import { explainProblem } from './explain-problem.ts';
import { findTwin } from './find-twin.ts';
import { parseYaml } from './parse-yaml.ts';

/** Bytes; a hundred services with all their keys take a third of it. */
const largest = 64 * 1024;

/**
 * Reads `.github/slipway.yml`; defaults where there is none.
 *
 * @throws {SlipwayError} `configuration-invalid`, naming the line, the key, what was expected and what was found
 */
export function readConfiguration(text: string | undefined): Configuration {
  if (text === undefined) return configurationSchema.parse({});
  const size = Buffer.byteLength(text);
  if (size > largest) throw configurationError(`expected at most ${largest} bytes, found ${size}.`, 1);
  const yaml = parseYaml(text);
  const result = configurationSchema.safeParse(yaml.value ?? {});
  if (result.success) {
    const twin = findTwin(result.data.services);
    if (twin) throw configurationError(twin.sentence, yaml.lineOf(twin.path));
    return result.data;
  }
  const problems = result.error.issues
    .map((issue) => explainProblem(issue, yaml.value))
    .map(({ path, sentence }) => ({ line: yaml.lineOf(path), sentence }))
    .sort((one, other) => one.line - other.line);
  const first = problems[0] ?? { line: 1, sentence: result.error.message };
  const elsewhere = new Set(problems.map(({ line }) => line)).size - 1;
  const more = elsewhere > 0 ? ` ${elsewhere === 1 ? 'One more line' : `${elsewhere} more lines`} cannot be used.` : '';
  throw configurationError(`${first.sentence}${more}`, first.line);
}
