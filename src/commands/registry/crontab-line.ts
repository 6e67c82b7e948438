import { userInfo } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Environment } from '../../environment.ts';
import { SlipwayError } from '../../errors.ts';
import { registryName } from './registry-name.ts';
import { programIn } from './run-process.ts';
import { runTool } from './run-tool.ts';
import { shellWord } from './shell-word.ts';

const main = fileURLToPath(new URL(`../../main${path.extname(import.meta.filename)}`, import.meta.url));

/** What starts a registry as a process, wherever it is run from: cron, for one, knows two folders of programs. */
export function startCommand(folder: string, environment: Environment): string {
  const searched = [path.dirname(programIn(environment)), '/usr/bin', '/bin'].join(':');
  const words = [process.execPath, main, 'registry', 'up', '--data', folder].map(shellWord);
  return `PATH=${shellWord(searched)} ${words.join(' ')}`;
}

/** A `%` ends the command of a line (crontab(5)). */
const lineOf = (folder: string, environment: Environment): string =>
  `@reboot ${startCommand(folder, environment).replaceAll('%', '\\%')} # ${registryName(folder)}`;

/** This user's crontab, line by line; undefined where it cannot be read: then it must not be written either. */
async function readLines(environment: Environment): Promise<readonly string[] | undefined> {
  const said = await runTool(environment, ['crontab', '-l']);
  if (said?.ok) return said.out === '' ? [] : said.out.split('\n');
  return said !== undefined && /no crontab/i.test(said.err) ? [] : undefined;
}

/** Whether this user has a crontab, or may have one. */
export const hasCrontab = async (environment: Environment): Promise<boolean> =>
  (await readLines(environment)) !== undefined;

async function replaceLine(folder: string, line: string | undefined, environment: Environment): Promise<boolean> {
  const before = await readLines(environment);
  if (before === undefined) return false;
  const mark = ` # ${registryName(folder)}`;
  if (line === undefined ? !before.some((one) => one.endsWith(mark)) : before.includes(line)) return false;
  const after = [...before.filter((one) => !one.endsWith(mark)), ...(line === undefined ? [] : [line])];
  const said = await runTool(environment, ['crontab', '-'], after.map((one) => `${one}\n`).join(''));
  if (said?.ok) return true;
  throw new SlipwayError('bad-settings', `The crontab of ${userInfo().username} could not be written: ${said?.err}`);
}

/** Lets cron start the registry after a reboot. @returns a line for people, where the crontab has changed */
export async function addCrontabLine(folder: string, environment: Environment): Promise<readonly string[]> {
  const line = lineOf(folder, environment);
  if (!(await replaceLine(folder, line, environment))) return [];
  return [
    `wrote a line into the crontab of ${userInfo().username}, by which cron, where it runs, starts the registry after a reboot:`,
    line,
  ];
}

/** @returns a line for people, where the crontab has changed */
export async function removeCrontabLine(folder: string, environment: Environment): Promise<readonly string[]> {
  if (!(await replaceLine(folder, undefined, environment))) return [];
  return [`removed the registry's line from the crontab of ${userInfo().username}`];
}
