import { rm } from 'node:fs/promises';
import type { Environment } from '../../environment.ts';
import type { Terminal } from '../terminal.ts';
import { expectDescription } from './description.ts';
import { openRunner } from './open-runner.ts';
import type { RegistryOptions } from './registry-options.ts';

/** `slipway registry down`: ends the registry. Its images, certificates and credentials stay unless they are named too. */
export async function downRegistry(
  { data, deleteData }: RegistryOptions,
  { environment, terminal }: { environment: Environment; terminal: Terminal },
): Promise<void> {
  const description = await expectDescription(data);
  const { host, port, runsAs } = description;
  if (runsAs !== undefined) await (await openRunner(data, description, environment)).stop();
  terminal.out(`The registry ${host}:${port} is down.\n`);
  if (!deleteData) {
    terminal.out(`Its images, certificates and password stay in ${data}.\n`);
    return;
  }
  await rm(data, { recursive: true });
  terminal.out(`${data} is deleted.\n`);
}
