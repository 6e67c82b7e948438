import { parseArgs } from 'node:util';
import type { Environment } from '../environment.ts';
import { SlipwayError } from '../errors.ts';
import { createLog } from '../log.ts';
import { hideSecrets } from './doctor/hide-secrets.ts';
import { listChecks } from './doctor/list-checks.ts';
import { type Result, runChecks } from './doctor/run-checks.ts';
import { withKeptApp } from './doctor/with-kept-app.ts';
import { inert, type Terminal } from './terminal.ts';

export const doctorUsage = `slipway doctor [DIR] [--json]
  Looks at everything that the server needs (engine, registry, GitHub App, database, public URL) and says what to do.
  It pushes an image of some hundred bytes to the registry's staging repository and deletes it.
  DIR                  folder of a repository: Packer validates the templates of its machine images, without credentials
  --json               print one object: state, checks (name, state, found, help)
  exit status: 0 all ok; 1 something would fail; 2 warnings only, or bad usage`;

/** Milliseconds for each check. */
const timeoutMs = 10_000;

const words: Readonly<Record<Result['state'], string>> = {
  ok: 'ok',
  warning: 'warning',
  fails: 'would fail',
  skipped: 'not asked',
};
const statuses = { ok: 0, fails: 1, warning: 2 } as const;

const worst = (results: readonly Result[]): keyof typeof statuses =>
  (['fails', 'warning'] as const).find((state) => results.some((result) => result.state === state)) ?? 'ok';

/** One line for each check, and under it what to do. */
function render(results: readonly Result[]): string {
  const width = Math.max(...results.map(({ name }) => name.length));
  const lines = results.flatMap(({ name, state, found, help }) => [
    `${words[state].padEnd(10)}  ${name.padEnd(width)}  ${found.replaceAll('\n', `\n${' '.repeat(width + 14)}`)}`,
    ...(help === undefined ? [] : [`${' '.repeat(width + 14)}${help}`]),
  ]);
  return `${inert(lines.join('\n'))}\n`;
}

/** `slipway doctor`. @returns the exit status */
export async function doctorCommand(
  args: readonly string[],
  { environment, terminal, signal }: { environment: Environment; terminal: Terminal; signal: AbortSignal },
): Promise<number> {
  const options = { json: { type: 'boolean', default: false } } as const;
  const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options });
  const [dir, ...more] = positionals;
  if (more.length > 0) {
    throw new SlipwayError('bad-usage', `Expected one folder at most, found ${positionals.length}.`);
  }
  const hide = hideSecrets(withKeptApp(environment));
  const checks = await listChecks(environment, { dir, log: createLog('silent') });
  const found = await runChecks(checks, { timeoutMs, signal });
  const results = found.map((result) => ({
    ...result,
    found: hide(result.found),
    ...(result.help === undefined ? {} : { help: hide(result.help) }),
  }));
  const state = worst(results);
  terminal.out(values.json ? `${JSON.stringify({ state, checks: results })}\n` : render(results));
  return statuses[state];
}
