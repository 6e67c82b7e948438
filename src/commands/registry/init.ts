import type { Terminal } from '../terminal.ts';
import { type Prepared, prepareRegistry } from './prepare-registry.ts';
import type { RegistryOptions } from './registry-options.ts';

/** `slipway registry init`: certificates, credentials and configuration, and nothing that runs. */
export async function initRegistry(options: RegistryOptions, terminal: Terminal): Promise<void> {
  const prepared = await prepareRegistry(options);
  if (prepared.changes.length === 0) terminal.out(`The registry in ${options.data} is set up already.\n`);
  tellChanges(prepared, options.data, terminal);
}

/** Says what was made or changed; the password is told here and nowhere else. */
export function tellChanges({ changes, password, description }: Prepared, data: string, terminal: Terminal): void {
  if (changes.length > 0) terminal.out(`In ${data}:\n${changes.map((line) => `  ${line}\n`).join('')}`);
  if (password === undefined) return;
  const { host, port, user } = description;
  terminal.out(
    [
      'The password is shown this once:',
      `  REGISTRY=${host}:${port}`,
      `  REGISTRY_USERNAME=${user}`,
      `  REGISTRY_PASSWORD=${password}`,
      `  REGISTRY_CA_FILE=${data}/ca.crt`,
      '',
    ].join('\n'),
  );
}
