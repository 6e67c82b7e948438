import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';

export type TestPostgres = {
  /** Address of a new, empty database. */
  database(): Promise<string>;
  stop(): Promise<void>;
};

const installed = '/usr/lib/postgresql';

async function binaries(): Promise<string> {
  const versions = await readdir(installed).catch(() => []);
  const newest = versions.sort((a, b) => Number(b) - Number(a))[0];
  if (newest === undefined) {
    throw new Error(
      `PostgreSQL is not installed: found nothing in ${installed}. Debian has it: apt-get install postgresql`,
    );
  }
  return path.join(installed, newest, 'bin');
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return address.port;
}

async function answers(address: string): Promise<boolean> {
  const client = new pg.Client(address);
  try {
    await client.connect();
    return true;
  } catch {
    // Not yet.
    return false;
  } finally {
    await client.end();
  }
}

async function untilReady(server: ChildProcess, address: string, said: () => string): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    if (server.exitCode !== null) throw new Error(`PostgreSQL ended at once: ${said()}`);
    if (await answers(address)) return;
    await wait(50);
  }
  throw new Error(`PostgreSQL did not answer within 10 s: ${said()}`);
}

/** A PostgreSQL of the test's own, without fsync, in a fresh folder on a free port. */
export async function startPostgres(): Promise<TestPostgres> {
  const bin = await binaries();
  const folder = await mkdtemp(path.join(tmpdir(), 'slipway-postgres-'));
  const data = path.join(folder, 'data');
  // PostgreSQL refuses to run as root.
  const asUser = process.getuid?.() === 0 ? ['runuser', '-u', 'postgres', '--'] : [];
  if (asUser.length > 0) {
    await mkdir(data);
    // Its user has to get through to its folder, also where the temporary folder is this run's own.
    for (const above of [tmpdir(), folder]) {
      const { mode } = await stat(above);
      if ((mode & 0o011) !== 0o011) await chmod(above, mode | 0o011);
    }
    await promisify(execFile)('chown', ['postgres', data]);
  }
  const command = (program: string, ...args: string[]): [string, string[]] => {
    const [first = '', ...rest] = [...asUser, path.join(bin, program), ...args];
    return [first, rest];
  };
  await promisify(execFile)(
    ...command(
      'initdb',
      '--no-sync',
      '--auth=trust',
      '--username=postgres',
      '--encoding=UTF8',
      '--locale=C',
      '-D',
      data,
    ),
    { cwd: '/' },
  );
  const port = await freePort();
  const settings = { fsync: 'off', listen_addresses: '127.0.0.1', port: String(port), unix_socket_directories: '' };
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const server = spawn(...command('postgres', '-D', data, ...options), {
    cwd: '/',
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  server.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-2000);
  });
  const ended = once(server, 'exit');
  const address = (database: string) => `postgres://postgres@127.0.0.1:${port}/${database}`;
  let databases = 0;
  const stop = async () => {
    if (server.exitCode === null) {
      // Its own process id: what we have started may be runuser, which does not pass every signal on.
      const pid = Number.parseInt(await readFile(path.join(data, 'postmaster.pid'), 'utf8'), 10);
      process.kill(pid, 'SIGINT');
      await ended;
    }
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await untilReady(server, address('postgres'), () => said);
  } catch (error) {
    server.kill();
    throw error;
  }
  return {
    async database() {
      databases += 1;
      const name = `slipway_${databases}`;
      const client = new pg.Client(address('postgres'));
      await client.connect();
      await client.query(`create database ${name}`);
      await client.end();
      return address(name);
    },
    stop,
  };
}
