import path from 'node:path';
import type { Environment } from '../../environment.ts';
import type { Terminal } from '../terminal.ts';
import { checkPull } from './check-pull.ts';
import { expectDescription } from './description.ts';
import { layAuthority, takeAuthority } from './lay-authority.ts';
import { authorityFile } from './prepare-certificates.ts';
import type { RegistryOptions } from './registry-options.ts';
import { trustLines } from './trust-lines.ts';

/** `slipway registry trust`: lets this machine's engine, and any other one, know the authority. */
export async function trustRegistry(
  options: RegistryOptions,
  { environment, terminal, signal }: { environment: Environment; terminal: Terminal; signal: AbortSignal },
): Promise<void> {
  const { data, certsDir } = options;
  const description = await expectDescription(data);
  if (options.print) return terminal.out(await trustLines(data, description));
  const folder = path.join(certsDir, `${description.host}:${description.port}`);
  if (options.remove) {
    const removed = await takeAuthority(folder);
    return terminal.out(`${folder}/ca.crt ${removed ? 'is removed' : 'is not there'}\n`);
  }
  const { file, changed } = await layAuthority(path.join(data, authorityFile), folder);
  terminal.out(`${file} ${changed ? 'is written' : 'is there already'}\n`);
  if (options.check) terminal.out(`${await checkPull({ data, description, environment, signal })}\n`);
  terminal.out(await trustLines(data, description));
}
