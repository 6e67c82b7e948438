import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { boundToParent } from '../../scripts/parts/own-namespace.ts';
import { until } from '../support/until.ts';

const main = path.join(import.meta.dirname, '../../src/main.ts');

export type Line = {
  readonly msg: string;
  /** ISO 8601. */
  readonly time: string;
  readonly build?: string;
  readonly port?: number;
  readonly err?: { readonly code?: string };
};

/** `slipway serve` as a process that can be killed and started again; what it says is kept over its lives. */
export type ChaosServer = {
  readonly lines: readonly Line[];
  readonly kills: number;
  start(): Promise<void>;
  /** With SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
  /** Freezes it, or lets it go on. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void;
  /** In order; resolves to its exit status. */
  stop(): Promise<number | null>;
};

export function chaosServer(
  environment: NodeJS.ProcessEnv,
  ready: (port: number) => void,
  role: 'all' | 'worker' = 'all',
): ChaosServer {
  const lines: Line[] = [];
  let child: ChildProcess | undefined;
  let kills = 0;
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    const ending = child;
    child = undefined;
    if (ending === undefined || ending.exitCode !== null || ending.signalCode !== null) return ending?.exitCode ?? null;
    const ended = once(ending, 'exit');
    ending.kill(signal);
    const [status] = await ended;
    return status;
  };
  return {
    lines,
    get kills() {
      return kills;
    },
    async start() {
      const [file = '', ...args] = boundToParent([process.execPath, main, 'serve', '--role', role]);
      const started = spawn(file, args, { env: environment, stdio: ['ignore', 'pipe', 'inherit'] });
      child = started;
      const from = lines.length;
      if (started.stdout === null) throw new Error('the server has no output');
      createInterface({ input: started.stdout }).on('line', (line) => {
        // A killed server may leave half a line.
        if (line.endsWith('}')) lines.push(JSON.parse(line));
      });
      const port = await until('the server is ready', () => {
        if (started.exitCode !== null) throw new Error(`the server ended with ${started.exitCode}`);
        return lines.slice(from).find(({ msg }) => msg === 'slipway is ready')?.port;
      });
      ready(port);
    },
    async kill() {
      kills += 1;
      await end('SIGKILL');
    },
    signal(signal) {
      child?.kill(signal);
    },
    stop: () => end('SIGTERM'),
  };
}
