import { SlipwayError } from '../errors.ts';
import { isLoopback } from './is-loopback.ts';

export type Address = {
  /** What stands in a reference: `registry.lan:5000`. */
  readonly host: string;
  /** `` or `team/`. */
  readonly prefix: string;
  /** Where the registry's API answers; differs from `host` for Docker Hub alone. */
  readonly apiHost: string;
  readonly loopback: boolean;
};

const dockerHub = new Set(['docker.io', 'index.docker.io']);

/**
 * Reads `REGISTRY`: host[:port][/prefix].
 *
 * @throws {SlipwayError} `bad-settings` when the first part is no host for `docker pull`, which takes a word without
 * dot and port for a name on Docker Hub
 */
export function parseAddress(address: string): Address {
  const [host = '', ...path] = address.replace(/\/+$/, '').split('/');
  const apiHost = dockerHub.has(host) ? 'registry-1.docker.io' : host;
  const url = URL.parse(`https://${apiHost}/`);
  const isHost = host === 'localhost' || /[.:]/.test(host);
  if (url === null || !isHost || url.username !== '') {
    throw new SlipwayError(
      'bad-settings',
      `REGISTRY: expected a host with a dot or a port before the first slash, found \`${host}\`.`,
      { help: 'Write the address as `docker pull` takes it, for example registry.lan:5000/team.' },
    );
  }
  return {
    host,
    prefix: path.length === 0 ? '' : `${path.join('/')}/`,
    apiHost,
    loopback: isLoopback(url.hostname),
  };
}
