import { closeSync, openSync, readSync } from 'node:fs';
import { command, file, findCommand, type Need } from './install-packages.ts';

/** The busybox that needs no library, which alone can be an image. */
export function findStaticBusybox(): string | undefined {
  const found = findCommand('busybox');
  if (found === undefined) return undefined;
  const head = Buffer.alloc(4096);
  const descriptor = openSync(found, 'r');
  readSync(descriptor, head);
  closeSync(descriptor);
  // A dynamic program names its loader near its head.
  return head.includes('/ld-linux') || head.includes('/ld-musl') ? undefined : found;
}

/** For a Docker Engine of our own. */
export const engineNeeds: readonly Need[] = [
  command('dockerd', 'docker.io'),
  command('ip', 'iproute2'),
  command('tini'),
];

/** For the registry and the base image. */
export const registryNeeds: readonly Need[] = [
  command('docker-registry'),
  {
    what: 'a static busybox',
    package: 'busybox-static',
    isThere: () => findStaticBusybox() !== undefined,
  },
];

/** What the tests ask, beside the parts. */
export const testNeeds: readonly Need[] = [
  command('git'),
  command('openssl'),
  command('skopeo'),
  // In Debian 12 the client comes with docker.io.
  command('docker', 'docker-cli'),
  file('/usr/lib/postgresql/*/bin/postgres', 'postgresql'),
  command('chromium'),
];

/** What the slow tests ask beside those. */
export const slowNeeds: readonly Need[] = [
  command('packer'),
  // For compose.yaml: stand-ins for its images are made from these, beside the parts.
  ...['docker-compose', 'debootstrap', 'iptables'].map((name) => command(name)),
  ...engineNeeds,
];
