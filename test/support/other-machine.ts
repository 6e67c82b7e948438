import { execFile, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { findCommand } from '../../scripts/parts/install-packages.ts';
import { openRunFolder } from '../../scripts/parts/open-run-folder.ts';
import { endNamespace, inOwnNamespace } from '../../scripts/parts/own-namespace.ts';
import { connectEngine, type Engine } from '../../src/build/docker/connect-engine.ts';
import { until } from './until.ts';

const run = promisify(execFile);
const ip = (...args: string[]) => run('ip', args);

export type OtherMachine = {
  readonly engine: Engine;
  /** This machine's address, as the other one reaches it. */
  readonly ourAddress: string;
  /** Runs a shell's line there, with its own /etc/docker and /etc/hosts, and `docker` meaning its own engine. */
  shell(line: string): Promise<{ readonly out: string; readonly err: string; readonly status: number }>;
  stop(): Promise<void>;
};

/** Waits for the process of this engine to be there: what it is called inside of its namespaces is of no use here. */
async function processWith(argument: string): Promise<number> {
  return await until('the process of the engine', async () => {
    for (const name of await readdir('/proc')) {
      if (!/^\d+$/.test(name)) continue;
      const command = (await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '')).split('\0');
      if (command[0]?.endsWith('dockerd') && command.includes(argument)) return Number(name);
    }
    return undefined;
  });
}

/**
 * Another machine, as far as a registry can tell: a network of its own, joined to ours by one cable, an engine of its
 * own, and its own /etc/docker and /etc/hosts.
 *
 * @param names under which it finds this machine
 */
export async function startOtherMachine(names: readonly string[]): Promise<OtherMachine> {
  const folder = await openRunFolder();
  const space = folder.name;
  const id = randomInt(0x10000).toString(16);
  const [ours, theirs] = [`sw${id}a`, `sw${id}b`];
  const subnet = `198.${randomInt(18, 20)}.${randomInt(256)}`;
  await ip('netns', 'add', space);
  await ip('link', 'add', ours, 'type', 'veth', 'peer', 'name', theirs, 'netns', space);
  await ip('address', 'add', `${subnet}.1/24`, 'dev', ours);
  await ip('link', 'set', ours, 'up');
  await ip('-netns', space, 'address', 'add', `${subnet}.2/24`, 'dev', theirs);
  for (const name of ['lo', theirs]) await ip('-netns', space, 'link', 'set', name, 'up');

  const inShort = (name: string): string => path.join(folder.short, name);
  const [hosts, socket] = [inShort('hosts'), inShort('engine.sock')];
  await writeFile(hosts, `127.0.0.1 localhost\n${subnet}.1 ${names.join(' ')}\n`);
  await writeFile(inShort('daemon.json'), '{}');
  await mkdir(path.join(folder.state, 'engine'), { recursive: true });
  const own = [
    `mount --bind ${hosts} /etc/hosts`,
    'mkdir -p /etc/docker /run/containerd',
    'mount -t tmpfs tmpfs /etc/docker',
    'mount -t tmpfs tmpfs /run/containerd',
    `exec nsenter --net=/run/netns/${space} "$@"`,
  ].join(' && ');
  const host = `unix://${socket}`;
  const options = [
    ...['--config-file', inShort('daemon.json'), '--host', host, '--pidfile', inShort('engine.pid')],
    ...['--data-root', path.join(folder.state, 'engine'), '--exec-root', inShort('engine')],
    ...['--bridge=none', '--iptables=false', '--ip-forward=false'],
    ...['--exec-opt', 'native.cgroupdriver=cgroupfs', '--cgroup-parent', folder.name],
  ];
  const [file = '', ...args] = inOwnNamespace(['sh', '-c', own, 'sh', findCommand('dockerd') ?? 'dockerd', ...options]);
  const child = spawn(file, args, { stdio: 'ignore' });
  const ended = once(child, 'exit');
  const stop = async (): Promise<void> => {
    endNamespace(child);
    await ended;
    await ip('netns', 'delete', space);
    await folder.close();
  };
  try {
    const engine = connectEngine({ DOCKER_HOST: host });
    const pid = await processWith(inShort('engine.pid'));
    await until('the engine of the other machine', () =>
      engine.ping().then(
        () => true,
        () => false,
      ),
    );
    const enter = ['--target', String(pid), '--mount', '--net', '--pid', '--wd=/tmp'];
    return {
      engine,
      ourAddress: `${subnet}.1`,
      async shell(line) {
        const env = { PATH: process.env.PATH, HOME: folder.short, DOCKER_HOST: host };
        try {
          const { stdout: out, stderr: err } = await run('nsenter', [...enter, 'sh', '-c', line], { env });
          return { out, err, status: 0 };
        } catch (error) {
          const failed = error as { stdout?: string; stderr?: string; code?: number };
          return { out: failed.stdout ?? '', err: failed.stderr ?? '', status: failed.code ?? 1 };
        }
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
