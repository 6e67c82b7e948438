import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { connectEngine, type Engine } from '../../../src/build/docker/connect-engine.ts';

const run = promisify(execFile);

export type StartedEngine = {
  readonly engine: Engine;
  /** As `DOCKER_HOST` has it. */
  readonly host: string;
  /** Ends the engine as a power cut would, and leaves what it started. */
  kill(): Promise<void>;
  /** Ends and removes everything. */
  stop(): Promise<void>;
};

/** Ends every process whose command line holds the text. */
async function killProcesses(text: string): Promise<void> {
  for (const id of await readdir('/proc')) {
    if (!/^\d+$/.test(id) || Number(id) === process.pid) continue;
    const line = await readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '');
    if (!line.includes(text)) continue;
    try {
      process.kill(Number(id), 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  }
}

async function unmountBelow(folder: string): Promise<void> {
  const mounts = (await readFile('/proc/mounts', 'utf8')).split('\n').map((line) => line.split(' ')[1] ?? '');
  for (const mount of mounts.filter((one) => one.startsWith(`${folder}/`)).reverse()) {
    await run('umount', ['--lazy', mount]).catch(() => undefined);
  }
}

/** A Docker Engine of the test's own, with a bridge of its own: without one it would remove that of another engine. */
export async function startEngine(): Promise<StartedEngine> {
  const folder = await mkdtemp(path.join(tmpdir(), 'slipway-engine-'));
  const number = Math.floor(Math.random() * 200) + 20;
  const bridge = `sliptest${number}`;
  await run('ip', ['link', 'add', bridge, 'type', 'bridge']);
  await run('ip', ['addr', 'add', `10.213.${number}.1/24`, 'dev', bridge]);
  await run('ip', ['link', 'set', bridge, 'up']);
  const socket = path.join(folder, 'engine.sock');
  const child = spawn(
    'dockerd',
    [
      ...['--data-root', path.join(folder, 'data'), '--exec-root', path.join(folder, 'exec')],
      ...['--pidfile', path.join(folder, 'pid'), '-H', `unix://${socket}`],
      ...['--bridge', bridge, '--iptables=false', '--log-level', 'error'],
    ],
    { stdio: 'ignore' },
  );
  const exited = once(child, 'exit');
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await exited;
  };
  const host = `unix://${socket}`;
  const engine = connectEngine({ DOCKER_HOST: host });
  const started: StartedEngine = {
    engine,
    host,
    kill,
    async stop() {
      await kill();
      await killProcesses(folder);
      await unmountBelow(folder);
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
      await run('ip', ['link', 'delete', bridge]);
    },
  };
  while (child.exitCode === null) {
    try {
      await engine.ping();
      return started;
    } catch {
      await sleep(50);
    }
  }
  await started.stop();
  throw new Error(`dockerd ended with ${child.exitCode}`);
}
