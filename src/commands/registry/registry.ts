import type { Environment } from '../../environment.ts';
import { SlipwayError } from '../../errors.ts';
import { readStoreSettings } from '../../settings.ts';
import type { Terminal } from '../terminal.ts';
import { downRegistry } from './down.ts';
import { initRegistry } from './init.ts';
import { type OptionName, type RegistryOptions, registryOptions } from './registry-options.ts';
import { registryStatus } from './status.ts';
import { trustRegistry } from './trust.ts';
import { upRegistry } from './up.ts';

export const registryUsage = `slipway registry init|up|status|down|trust [--data DIR]
  A registry of your own, with TLS and a password. Everything of it is in DIR (default DATA_DIR/registry).
  up      makes what is missing, and a registry that runs until it is taken down; run again it changes nothing
  init    only makes certificates, credentials and configuration
  status  whether it answers, and what of it ends when; exit status 1 where it does not answer
  down    ends it; its images stay, unless --delete-data
  trust   lets this machine's engine know its authority, pulls once, and prints the two lines for other machines
  up, init:
  --host NAME          the one name that clients know it by; default this machine's name
  --ip ADDRESS         an address that its certificate is for too; may be given several times; default this machine's
  --port PORT          default 5000
  --user NAME          default slipway
  --password-file FILE take the password from there; where there is no such file, write the one that is made there
  --new-password, --new-certificate
                       make another one
  up:
  --image IMAGE        run it in a container of this image; default registry:2
  --process            run the machine's docker-registry instead; systemd or cron starts it after a reboot
  --units-dir DIR      where systemd looks; default /etc/systemd/system
  trust:
  --print              print the two lines only
  --remove             take the authority back
  --certs-dir DIR      where the engine looks; default /etc/docker/certs.d
  --no-check           do not pull`;

type Context = { readonly environment: Environment; readonly terminal: Terminal; readonly signal: AbortSignal };
type Verb = {
  readonly takes: readonly OptionName[];
  run(options: RegistryOptions, context: Context): Promise<void>;
};

const setUp: readonly OptionName[] = [
  ...(['data', 'host', 'ip', 'port', 'user'] as const),
  ...(['password-file', 'new-password', 'new-certificate'] as const),
];

const verbs: Readonly<Record<string, Verb>> = {
  up: { takes: [...setUp, 'image', 'process', 'units-dir'], run: upRegistry },
  status: { takes: ['data'], run: registryStatus },
  down: { takes: ['data', 'delete-data'], run: downRegistry },
  init: { takes: setUp, run: (options, { terminal }) => initRegistry(options, terminal) },
  trust: { takes: ['data', 'certs-dir', 'print', 'remove', 'no-check'], run: trustRegistry },
};

/** `slipway registry`. */
export async function registryCommand(args: readonly string[], context: Context): Promise<void> {
  const [name = '', ...rest] = args;
  const verb = Object.hasOwn(verbs, name) ? verbs[name] : undefined;
  if (verb === undefined) {
    const known = Object.keys(verbs).join(', ');
    throw new SlipwayError('bad-usage', `slipway registry: expected one of ${known}, found \`${name}\`.`);
  }
  const { dataDir } = readStoreSettings(context.environment);
  await verb.run(registryOptions(rest, verb.takes, dataDir), context);
}
