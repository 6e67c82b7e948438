import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Environment } from '../../src/settings.ts';
import type { GitHubStandIn } from '../github/start-github.ts';
import { testEnvironment } from './start-test-slipway.ts';
import { until } from './until.ts';

const main = path.join(import.meta.dirname, '../../src/main.ts');

export type ServerProcess = {
  readonly child: ChildProcess;
  /** Base of the server's own addresses. */
  readonly url: string;
  /** The messages of its log. */
  readonly said: string[];
};

/** The real server in a process of its own, which can be killed; GitHub, which needs the base path `/api/v3`, delivers to it. */
export async function startServerProcess(
  github: GitHubStandIn,
  dataDir: string,
  given: Environment = {},
): Promise<ServerProcess> {
  const environment = { ...process.env, ...testEnvironment(github, dataDir), ...given };
  const child = spawn(process.execPath, [main, 'serve'], { env: environment, stdio: ['ignore', 'pipe', 'inherit'] });
  const said: string[] = [];
  let port: number | undefined;
  createInterface({ input: child.stdout }).on('line', (line) => {
    const entry = JSON.parse(line);
    said.push(entry.msg);
    if (entry.msg === 'slipway is ready') port = entry.port;
  });
  await until('the server is ready', () => port !== undefined || child.exitCode !== null);
  const url = `http://127.0.0.1:${port}`;
  github.deliverTo(`${url}/api/github/webhooks`);
  return { child, said, url };
}

/** @returns its exit status; null where the signal ended it */
export async function endServer({ child }: ServerProcess, signal: NodeJS.Signals): Promise<unknown> {
  const ended = once(child, 'exit');
  child.kill(signal);
  const [status] = await ended;
  return status;
}
