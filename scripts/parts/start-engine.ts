import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { connectEngine } from '../../src/build/docker/connect-engine.ts';
import { findCommand } from './install-packages.ts';
import { makeBridge, removeBridge } from './make-bridge.ts';
import type { RunFolder } from './open-run-folder.ts';
import { endNamespace, inOwnNamespace } from './own-namespace.ts';

/** Milliseconds. */
const startTime = 60_000;

/** A Docker Engine of our own. */
export type StartedEngine = {
  /** As `DOCKER_HOST` has it. */
  readonly host: string;
  /** Ends it at once, with all its containers. */
  stop(): Promise<void>;
};

/** The shims' sockets are in a folder that every engine of the machine shares. */
const script = 'mkdir -p /run/containerd && mount -t tmpfs tmpfs /run/containerd && exec "$@"';

async function commandOf(folder: RunFolder, configuration: object): Promise<{ command: string[]; socket: string }> {
  const dockerd = findCommand('dockerd');
  if (dockerd === undefined) throw new Error('dockerd is not on this machine.');
  const inShort = (name: string): string => path.join(folder.short, name);
  const socket = inShort('engine.sock');
  // The machine's own configuration is for its own engine.
  await writeFile(inShort('daemon.json'), JSON.stringify(configuration));
  const options = [
    ...['--config-file', inShort('daemon.json'), '--host', `unix://${socket}`, '--pidfile', inShort('engine.pid')],
    ...['--data-root', path.join(folder.state, 'engine'), '--exec-root', inShort('engine')],
    ...['--bridge', folder.name, '--iptables=false', '--ip-forward=false', '--ip-masq=false'],
    ...['--exec-opt', 'native.cgroupdriver=cgroupfs', '--cgroup-parent', folder.name],
  ];
  return { command: inOwnNamespace(['sh', '-c', script, 'sh', dockerd, ...options]), socket };
}

/** What an engine that was killed in this folder has left: its process numbers may be those of others by now. */
async function removeTraces(folder: RunFolder): Promise<void> {
  await removeBridge(folder.name);
  await rm(path.join(folder.short, 'engine.pid'), { force: true });
  await rm(path.join(folder.short, 'engine'), { recursive: true, force: true, maxRetries: 20 });
}

/**
 * Starts a Docker Engine that shares nothing with others on the machine; it answers when this resolves. Root alone can.
 * Started again in the same folder it has the same images.
 *
 * @param configuration what its daemon.json says
 * @throws {Error} with the last lines of the engine's log
 */
export async function startEngine(folder: RunFolder, configuration: object = {}): Promise<StartedEngine> {
  await mkdir(path.join(folder.state, 'engine'), { recursive: true });
  await removeTraces(folder);
  await makeBridge(folder.name);
  const { command, socket } = await commandOf(folder, configuration);
  const host = `unix://${socket}`;
  const logFile = path.join(folder.state, 'engine.log');
  const log = await open(logFile, 'w');
  const [file = '', ...args] = command;
  const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` };
  const child = spawn(file, args, { stdio: ['ignore', log.fd, log.fd], env });
  const ended = once(child, 'exit');
  await log.close();
  const stop = async (): Promise<void> => {
    endNamespace(child);
    await ended;
  };
  const engine = connectEngine({ DOCKER_HOST: host });
  const until = Date.now() + startTime;
  for (;;) {
    try {
      await engine.ping();
      return { host, stop };
    } catch (cause) {
      if (child.exitCode === null && child.signalCode === null && Date.now() < until) {
        await wait(50);
        continue;
      }
      await stop();
      const tail = (await readFile(logFile, 'utf8')).trim().split('\n').slice(-15).join('\n');
      throw new Error(`The Docker Engine did not start:\n${tail}`, { cause });
    }
  }
}
