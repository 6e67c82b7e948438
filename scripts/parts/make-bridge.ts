import { execFile } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { existsSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { promisify } from 'node:util';

const run = promisify(execFile);
const ip = (...args: string[]): Promise<unknown> => run('ip', args);

/** A /24 of 198.18.0.0/15, which RFC 2544 sets aside for tests between devices, that no interface here uses. */
function freeSubnet(): string {
  const used = Object.values(networkInterfaces()).flatMap((addresses) => (addresses ?? []).map((each) => each.address));
  for (;;) {
    const subnet = `198.${randomInt(18, 20)}.${randomInt(0, 256)}`;
    if (!used.some((address) => address.startsWith(`${subnet}.`))) return subnet;
  }
}

/** Makes a network bridge for an engine of our own, which leaves the bridges of other engines alone. */
export async function makeBridge(name: string): Promise<void> {
  await ip('link', 'add', name, 'type', 'bridge');
  await ip('address', 'add', `${freeSubnet()}.1/24`, 'dev', name);
  await ip('link', 'set', name, 'up');
}

/** Removes a bridge, if it is there. */
export async function removeBridge(name: string): Promise<void> {
  if (existsSync(`/sys/class/net/${name}`)) await ip('link', 'delete', name);
}
