// The test command. It installs what tests need, and runs them where no process can be left behind.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { installPackages, MissingPart } from './parts/install-packages.ts';
import { slowNeeds, testNeeds } from './parts/needs.ts';
import { removeLeftOvers } from './parts/open-run-folder.ts';
import { endNamespace, inOwnNamespace } from './parts/own-namespace.ts';
import { selectTests } from './parts/select-tests.ts';
import { installParts } from './parts/start-parts.ts';
import { whenAbandoned } from './parts/when-abandoned.ts';

const args = process.argv.slice(2);
const selection = selectTests(args);

async function install(): Promise<void> {
  const say = (line: string): void => console.log(line);
  await installParts(say);
  await installPackages([...testNeeds, ...(selection.needsSlowParts ? slowNeeds : [])], say);
}

/** Exit status of the run, which ends when we are asked to end, or when npm is gone. */
async function run(): Promise<number> {
  const script = path.join(import.meta.dirname, 'run-tests.ts');
  const [file = '', ...rest] = inOwnNamespace([process.execPath, script, ...args]);
  const child = spawn(file, rest, { stdio: ['ignore', 'inherit', 'inherit'] });
  const end = (): void => endNamespace(child, 'SIGTERM');
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, end);
  const endWatch = whenAbandoned(end);
  const status = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
  endWatch();
  await removeLeftOvers();
  return status;
}

try {
  if (selection.needsParts) await install();
  process.exitCode = await run();
} catch (error) {
  console.error(error instanceof MissingPart ? error.message : error);
  process.exitCode = 1;
}
