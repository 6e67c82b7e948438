import { readdir, rm, rmdir } from 'node:fs/promises';
import path from 'node:path';
import type { Environment } from '../../environment.ts';
import type { Terminal } from '../terminal.ts';
import { expectDescription } from './description.ts';
import { openRunner } from './open-runner.ts';
import type { RegistryOptions } from './registry-options.ts';
import { tellOutside } from './tell-outside.ts';

/** Everything that a registry's folder may hold of ours; what else lies there is somebody's. */
const ours = [
  ...['images', 'ca.crt', 'ca.key', 'server.crt', 'server.key', 'htpasswd', 'config.yml'],
  ...['registry.pid', 'registry.log', 'registry.json'],
];

/** `slipway registry down`: ends the registry. Its images, certificates and credentials stay unless they are named too. */
export async function downRegistry(
  { data, deleteData }: RegistryOptions,
  { environment, terminal }: { environment: Environment; terminal: Terminal },
): Promise<void> {
  const description = await expectDescription(data);
  const { host, port, runsAs } = description;
  const outside =
    runsAs === undefined ? [] : await (await openRunner(data, { ...description, runsAs }, environment)).stop();
  tellOutside(outside, terminal);
  terminal.out(`The registry ${host}:${port} is down.\n`);
  if (!deleteData) {
    terminal.out(`Its images, certificates and password stay in ${data}.\n`);
    return;
  }
  for (const name of ours) await rm(path.join(data, name), { recursive: true, force: true });
  const rest = await readdir(data);
  if (rest.length === 0) await rmdir(data);
  terminal.out(`${data} is deleted${rest.length === 0 ? '' : `, but for what is not ours: ${rest.join(', ')}`}.\n`);
}
