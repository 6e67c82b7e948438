// Starts the parts, runs the tests on them, and stops the parts. `scripts/test.ts` runs it where nothing can be left.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { boundToParent } from './parts/own-namespace.ts';
import { selectTests } from './parts/select-tests.ts';
import { type Parts, startParts } from './parts/start-parts.ts';

const minute = 60_000;
const closingReporter = path.join(import.meta.dirname, 'parts', 'closing-line.ts');

const say = (line: string): void => console.log(line);

function environmentOf(parts: Parts | undefined): NodeJS.ProcessEnv {
  if (parts === undefined) return process.env;
  return {
    ...process.env,
    TMPDIR: parts.temporary,
    SLIPWAY_TEST_DOCKER_HOST: parts.dockerHost,
    SLIPWAY_TEST_REGISTRY: parts.registry,
    SLIPWAY_TEST_BASE_IMAGE: parts.baseImage,
  };
}

/** Exit status of the test runner. */
async function runTests(args: readonly string[], parts: Parts | undefined, limit: number): Promise<number> {
  const folder = await mkdtemp(path.join(tmpdir(), 'slipway-tests-'));
  const closing = path.join(folder, 'closing-line');
  // Behind the coverage the counts of the first reporter are hard to find: a second one says them for the end.
  const reporters = [
    ...['--test-reporter=spec', '--test-reporter-destination=stdout'],
    ...[`--test-reporter=${closingReporter}`, `--test-reporter-destination=${closing}`],
  ];
  const [file = '', ...rest] = boundToParent([process.execPath, '--test', ...reporters, ...args]);
  const runner = spawn(file, rest, { stdio: ['ignore', 'inherit', 'inherit'], env: environmentOf(parts) });
  // Asked to end, it says which tests were still running.
  const ask = setTimeout(() => {
    say(`The tests took more than ${limit / minute} minutes and are stopped.`);
    runner.kill('SIGTERM');
  }, limit);
  const force = setTimeout(() => runner.kill('SIGKILL'), limit + minute / 4);
  const [status] = await once(runner, 'exit');
  clearTimeout(ask);
  clearTimeout(force);
  const line = await readFile(closing, 'utf8').catch(() => '');
  say(`\n${line.trimEnd() || 'The test runner did not come to its end.'}`);
  await rm(folder, { recursive: true });
  return status ?? 1;
}

const selection = selectTests(process.argv.slice(2));
if (selection.files.length === 0) {
  say(selection.slow ? 'There are no slow tests yet.' : 'No test file is meant by these arguments.');
  process.exitCode = selection.slow ? 0 : 1;
} else {
  const parts = selection.needsParts ? await startParts({ log: say }) : undefined;
  try {
    process.exitCode = await runTests(selection.arguments, parts, (selection.slow ? 22 : 14) * minute);
  } finally {
    await parts?.stop();
  }
}
