import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { findCommand } from '../../scripts/parts/install-packages.ts';
import { registryCommand } from '../../src/commands/registry/registry.ts';
import { createLog } from '../../src/log.ts';
import { openRegistry } from '../../src/push/open-registry.ts';
import type { Registry } from '../../src/push/registry.ts';
import { freePort } from './free-port.ts';
import { engineHost } from './parts.ts';
import { type Ran, runCommand } from './run-command.ts';

const fixtures = path.join(import.meta.dirname, '../fixtures/boot');

/**
 * A folder of programs, for `PATH`: the registry's own, and what stands in for the machine's systemd or cron. The
 * machine's own ones are out of reach of a test.
 */
export async function layPrograms(
  folder: string,
  standIns: readonly ('systemctl' | 'crontab')[] = [],
): Promise<string> {
  await mkdir(path.join(folder, 'units'), { recursive: true });
  await symlink(findCommand('docker-registry') ?? '', path.join(folder, 'docker-registry'));
  for (const name of standIns) await cp(path.join(fixtures, name), path.join(folder, name));
  return folder;
}

export type OwnRegistry = {
  readonly data: string;
  readonly port: number;
  /** What `PATH` is for it. */
  readonly programs: string;
  readonly environment: Readonly<Record<string, string>>;
  run(...args: string[]): Promise<Ran>;
  up(...args: string[]): Promise<Ran>;
  /** `up` as it is run first, with a name and a port. */
  first(): Promise<Ran>;
};

/** A registry of `slipway registry`: it is down again when the test ends. */
export async function ownRegistry(
  test: TestContext,
  {
    how,
    standIns,
    name = 'data',
  }: {
    readonly how: readonly string[];
    readonly standIns?: readonly ('systemctl' | 'crontab')[];
    readonly name?: string;
  },
): Promise<OwnRegistry> {
  const parent = await mkdtemp(path.join(tmpdir(), 'slipway-registry-'));
  const data = path.join(parent, name);
  const programs = await layPrograms(path.join(parent, 'programs'), standIns);
  const environment = { DOCKER_HOST: engineHost(), PATH: programs };
  const port = await freePort();
  const run = (...args: string[]) => runCommand(registryCommand, [...args, '--data', data], environment);
  // In this order: without its folder nobody knows of the registry that runs.
  test.after(async () => {
    await run('down');
    await rm(parent, { recursive: true, force: true });
  });
  const up = (...args: string[]) => run('up', '--units-dir', path.join(programs, 'units'), ...how, ...args);
  const first = () => up('--host', 'localhost', '--port', String(port));
  return { data, port, programs, environment, run, up, first };
}

export const passwordIn = (out: string): string =>
  /REGISTRY_PASSWORD=(\S+)/.exec(out)?.[1] ?? assert.fail(`no password in ${out}`);

/** A client as any other machine has one: it trusts the authority alone. */
export async function clientOf(
  test: TestContext,
  { data, port }: Pick<OwnRegistry, 'data' | 'port'>,
  password: string,
): Promise<Registry> {
  const ca = await readFile(path.join(data, 'ca.crt'), 'utf8');
  const settings = { address: `localhost:${port}`, ca, credentials: { username: 'slipway', password } };
  const client = openRegistry({ settings, log: createLog('silent') });
  test.after(() => client.close());
  return client;
}
