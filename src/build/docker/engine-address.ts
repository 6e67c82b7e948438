import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { SlipwayError } from '../../errors.ts';

/** How the engine is reached, as dockerode takes it. */
export type EngineAddress =
  | { readonly socketPath: string }
  | {
      readonly host: string;
      readonly port: number;
      readonly protocol: 'http' | 'https';
      readonly ca?: string;
      readonly cert?: string;
      readonly key?: string;
    };

type Environment = Readonly<Record<string, string | undefined>>;

const expected = 'expected unix:///path/to/docker.sock or tcp://host:port';

function pemOf(folder: string, name: string): string | undefined {
  const file = path.join(folder, name);
  if (!existsSync(file)) return undefined;
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new SlipwayError(
      'bad-settings',
      `DOCKER_CERT_PATH: expected a file that can be read, found none at ${file}`,
      {
        cause,
      },
    );
  }
}

function certificates(environment: Environment): { ca?: string; cert?: string; key?: string } {
  const folder = environment.DOCKER_CERT_PATH || path.join(environment.HOME ?? '/root', '.docker');
  const [ca, cert, key] = [pemOf(folder, 'ca.pem'), pemOf(folder, 'cert.pem'), pemOf(folder, 'key.pem')];
  if ((cert === undefined) !== (key === undefined)) {
    throw new SlipwayError(
      'bad-settings',
      `DOCKER_CERT_PATH: expected cert.pem and key.pem in ${folder}, found only one of them`,
    );
  }
  return { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) };
}

function tcpAddress(url: URL, environment: Environment): EngineAddress {
  if (url.hostname === '' || !/^\/?$/.test(url.pathname)) {
    throw new SlipwayError('bad-settings', `DOCKER_HOST: ${expected}, found ${url.href}`);
  }
  const tls = Boolean(environment.DOCKER_TLS_VERIFY);
  const protocol = tls || url.protocol === 'https:' ? 'https' : 'http';
  return {
    // With a scheme, since dockerode cannot tell an IPv6 address from host and port.
    host: `${protocol}://${url.hostname}`,
    port: url.port === '' ? (protocol === 'https' ? 2376 : 2375) : Number(url.port),
    protocol,
    ...(tls ? certificates(environment) : {}),
  };
}

/**
 * Where the engine is, from `DOCKER_HOST`, `DOCKER_TLS_VERIFY` and `DOCKER_CERT_PATH`, read as the docker client reads
 * them (docs.docker.com, "Docker CLI environment variables").
 *
 * @throws {SlipwayError} `bad-settings`
 */
export function engineAddress(environment: Environment): EngineAddress {
  const given = environment.DOCKER_HOST?.trim();
  if (!given) return { socketPath: '/var/run/docker.sock' };
  if (given.startsWith('unix://')) return { socketPath: given.slice('unix://'.length) || '/var/run/docker.sock' };
  if (given.startsWith('ssh://')) {
    throw new SlipwayError(
      'bad-settings',
      `DOCKER_HOST: ${expected}, found an ssh address, which Slipway does not speak.`,
      {
        help: 'Run Slipway on the engine’s machine, or offer the engine over tcp:// with TLS (DOCKER_TLS_VERIFY, DOCKER_CERT_PATH).',
      },
    );
  }
  const text = given.includes('://') ? given : `tcp://${given}`;
  // URL keeps the host of a scheme that it does not know as it is and drops no default port, unlike that of http.
  if (/^(tcp|https?):\/\//.test(text) && URL.canParse(text)) return tcpAddress(new URL(text), environment);
  throw new SlipwayError('bad-settings', `DOCKER_HOST: ${expected}, found ${given}`);
}
