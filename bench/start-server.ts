import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { GitHubStandIn } from '../test/github/github-stand-in.ts';
import { testEnvironment } from '../test/support/start-test-slipway.ts';

export type BenchServer = {
  readonly child: ChildProcess;
  readonly url: string;
  /** Resolves at the next line of its log that says this of this reference. */
  logged(msg: string, reference: string): Promise<void>;
  stop(): Promise<void>;
};

/** `slipway serve` as a process of its own, as it is run for real; GitHub's stand-in delivers to it. */
export async function startServer(
  github: GitHubStandIn,
  environment: Record<string, string> = {},
): Promise<BenchServer> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'slipway-bench-'));
  const child = spawn(process.execPath, ['src/main.ts', 'serve'], {
    env: { ...process.env, ...testEnvironment(github, dataDir), LOG_LEVEL: 'info', ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const stop = async (): Promise<void> => {
    github.deliverTo(undefined);
    if (child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    }
    await rm(dataDir, { recursive: true, force: true });
  };
  const lines = createInterface({ input: child.stdout });
  const logged = (msg: string, reference: string) =>
    new Promise<void>((resolve) => {
      const look = (line: string): void => {
        const said = JSON.parse(line);
        if (said.msg !== msg || said.reference !== reference) return;
        lines.off('line', look);
        resolve();
      };
      lines.on('line', look);
    });
  const port = await new Promise<number>((resolve, reject) => {
    lines.on('line', (line) => {
      const said = JSON.parse(line);
      if (said.msg === 'slipway is ready') resolve(said.port);
    });
    child.once('exit', () => reject(new Error('the server ended before it was ready')));
  });
  github.deliverTo(`http://127.0.0.1:${port}/api/github/webhooks`);
  return { child, url: `http://127.0.0.1:${port}`, logged, stop };
}
