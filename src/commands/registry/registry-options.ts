import { isIP } from 'node:net';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { SlipwayError } from '../../errors.ts';

/** What the options of `slipway registry` ask for; what is absent stays as it is. */
export type RegistryOptions = {
  /** Absolute. */
  readonly data: string;
  readonly host?: string;
  readonly addresses?: readonly string[];
  readonly port?: number;
  readonly user?: string;
  readonly image?: string;
  readonly runsAs?: 'container' | 'process';
  readonly passwordFile?: string;
  readonly newPassword: boolean;
  readonly newCertificate: boolean;
  readonly deleteData: boolean;
  readonly certsDir: string;
  readonly unitsDir: string;
  readonly print: boolean;
  readonly remove: boolean;
  readonly check: boolean;
};

const options = {
  data: { type: 'string' },
  host: { type: 'string' },
  ip: { type: 'string', multiple: true },
  port: { type: 'string' },
  user: { type: 'string' },
  image: { type: 'string' },
  process: { type: 'boolean' },
  'password-file': { type: 'string' },
  'new-password': { type: 'boolean', default: false },
  'new-certificate': { type: 'boolean', default: false },
  'delete-data': { type: 'boolean', default: false },
  'certs-dir': { type: 'string', default: '/etc/docker/certs.d' },
  'units-dir': { type: 'string', default: '/etc/systemd/system' },
  print: { type: 'boolean', default: false },
  remove: { type: 'boolean', default: false },
  'no-check': { type: 'boolean', default: false },
} as const;

export type OptionName = keyof typeof options;

function wrong(option: string, expected: string, found: string): SlipwayError {
  return new SlipwayError('bad-usage', `${option}: expected ${expected}, found \`${found}\`.`);
}

/** A name as certificates and image references take it: DNS labels, in lower case. */
const hostName = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/;

function check(values: { data?: string; host?: string; ip?: string[]; port?: string; user?: string }): void {
  const { data = '', host, ip = [], port, user } = values;
  // It stands in files that are read line by line.
  if (/[\p{Cc}]/u.test(data)) throw wrong('--data', 'a path in one line', data);
  if (host !== undefined && !hostName.test(host)) throw wrong('--host', 'a name such as registry.lan', host);
  for (const one of ip) if (isIP(one) === 0) throw wrong('--ip', 'an IP address', one);
  if (port !== undefined && !(/^\d{1,5}$/.test(port) && Number(port) >= 1 && Number(port) <= 65535)) {
    throw wrong('--port', 'a whole number from 1 to 65535', port);
  }
  // A colon ends the name in htpasswd and in the Authorization header.
  if (user !== undefined && !/^[\w.@-]{1,64}$/.test(user)) throw wrong('--user', 'letters, digits, and . _ @ -', user);
}

/**
 * @param taken the options that the verb knows; any other is refused
 * @throws {SlipwayError} `bad-usage`
 */
export function registryOptions(
  args: readonly string[],
  taken: readonly OptionName[],
  dataDir: string,
): RegistryOptions {
  const { values, tokens } = parseArgs({ args: [...args], options, tokens: true });
  for (const token of tokens) {
    if (token.kind === 'option' && !taken.includes(token.name as OptionName)) {
      throw wrong('slipway registry', `one of ${taken.map((one) => `--${one}`).join(', ')}`, token.rawName);
    }
  }
  check(values);
  if (values.process && values.image !== undefined) throw wrong('--process', 'no --image beside it', values.image);
  const runsAs = values.process ? 'process' : values.image === undefined ? undefined : 'container';
  return {
    data: path.resolve(values.data ?? path.join(dataDir, 'registry')),
    ...(values.host !== undefined && { host: values.host }),
    ...(values.ip !== undefined && { addresses: values.ip }),
    ...(values.port !== undefined && { port: Number(values.port) }),
    ...(values.user !== undefined && { user: values.user }),
    ...(values.image !== undefined && { image: values.image }),
    ...(runsAs !== undefined && { runsAs }),
    ...(values['password-file'] !== undefined && { passwordFile: path.resolve(values['password-file']) }),
    newPassword: values['new-password'],
    newCertificate: values['new-certificate'],
    deleteData: values['delete-data'],
    certsDir: path.resolve(values['certs-dir']),
    unitsDir: path.resolve(values['units-dir']),
    print: values.print,
    remove: values.remove,
    check: !values['no-check'],
  };
}
