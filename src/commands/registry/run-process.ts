import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Environment } from '../../environment.ts';
import { SlipwayError } from '../../errors.ts';
import { findProgram } from './find-program.ts';
import { readIfThere } from './read-if-there.ts';
import { configurationFile } from './write-configuration.ts';
import { writePrivate } from './write-private.ts';

export const processLog = 'registry.log';
const pidFile = 'registry.pid';
export const program = 'docker-registry';

/** Milliseconds that it gets to end by itself. */
const graceMs = 10_000;

/**
 * Where the registry's program is.
 *
 * @throws {SlipwayError} `bad-settings` where there is none
 */
export function programIn({ PATH: searched }: Environment): string {
  const found = findProgram(program, searched);
  if (found !== undefined) return found;
  throw new SlipwayError('bad-settings', `Expected the program ${program}, found none.`, {
    help: 'Install docker-registry (Debian: docker-registry).',
  });
}

/** The process that runs from this folder. A pid is given to others once its process has ended: its command line decides. */
export async function findProcess(folder: string): Promise<number | undefined> {
  const pid = Number(await readIfThere(path.join(folder, pidFile)));
  if (!Number.isSafeInteger(pid) || pid <= 0) return undefined;
  const command = await readIfThere(`/proc/${pid}/cmdline`);
  return command?.includes(path.join(folder, configurationFile)) ? pid : undefined;
}

/**
 * Starts the machine's own registry program; it runs on when this command ends.
 *
 * @throws {SlipwayError} `bad-settings` when it cannot be started
 */
export async function startProcess(folder: string, environment: Environment): Promise<number> {
  const log = await open(path.join(folder, processLog), 'a', 0o600);
  try {
    const child = spawn(programIn(environment), ['serve', path.join(folder, configurationFile)], {
      cwd: folder,
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
    });
    await once(child, 'spawn');
    child.unref();
    const { pid = 0 } = child;
    await writePrivate(path.join(folder, pidFile), `${pid}\n`);
    return pid;
  } catch (cause) {
    throw new SlipwayError('bad-settings', `The program ${program} could not be started.`, { cause });
  } finally {
    await log.close();
  }
}

/** A process that has ended meanwhile needs no signal. */
function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

/** Ends it: asks it to, and makes it where it does not within ten seconds. @returns whether one ran */
export async function stopProcess(folder: string): Promise<boolean> {
  const pid = await findProcess(folder);
  if (pid === undefined) return false;
  send(pid, 'SIGTERM');
  const deadline = Date.now() + graceMs;
  while ((await findProcess(folder)) !== undefined) {
    if (Date.now() > deadline) send(pid, 'SIGKILL');
    await pause(50);
  }
  await rm(path.join(folder, pidFile), { force: true });
  return true;
}

/** What it said last: why it has ended. */
export async function lastWords(folder: string): Promise<string> {
  const said = await readFile(path.join(folder, processLog), 'utf8').catch(() => '');
  return said.trim().split('\n').at(-1) ?? '';
}
