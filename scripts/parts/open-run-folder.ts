import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readlink, rm, symlink } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { removeBridge } from './make-bridge.ts';
import { removeControlGroups } from './remove-control-groups.ts';

const local = path.join(import.meta.dirname, '..', '..', '.local');

/** Where one run of the parts keeps its state. */
export type RunFolder = {
  /** Names the run's bridge and control groups too: `slipway-a1B2c3`. */
  readonly name: string;
  /** For what may be big: `.local/slipway-a1B2c3`. */
  readonly state: string;
  /** For sockets, whose paths are limited to 107 characters however deep the checkout lies: `/tmp/slipway-a1B2c3`. */
  readonly short: string;
  /** Removes both. */
  close(): Promise<void>;
};

/** In the folder for what may be big: where the other one is. Our own TMPDIR may be another than that of its run. */
const linkOf = (name: string): string => path.join(local, name, 'short');
const socketIn = (short: string): string => path.join(short, 'alive');

/** A run holds a socket open as long as its process lives, however it ends. */
async function isAlive(short: string): Promise<boolean> {
  const socket = connect(socketIn(short));
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    // Refused: its process is gone. Not there: gone, too.
    return false;
  } finally {
    socket.destroy();
  }
}

async function remove(name: string, short: string): Promise<void> {
  await removeBridge(name);
  await removeControlGroups(name);
  // The kernel may still be taking an ended engine's mounts back.
  const options = { recursive: true, force: true, maxRetries: 20 };
  await rm(short, options);
  await rm(path.join(local, name), options);
}

/** Removes what runs left behind that were killed. Their processes are gone already. */
export async function removeLeftOvers(): Promise<void> {
  for (const name of await readdir(local).catch(() => [])) {
    // Without its link it is just being made.
    const short = await readlink(linkOf(name)).catch(() => undefined);
    if (short !== undefined && !(await isAlive(short))) await remove(name, short);
  }
}

/** Makes folders that no other run uses, and removes those of runs that were killed. */
export async function openRunFolder(): Promise<RunFolder> {
  await removeLeftOvers();
  const short = await mkdtemp(path.join(tmpdir(), 'slipway-'));
  const name = path.basename(short);
  const state = path.join(local, name);
  const alive = createServer((socket) => socket.destroy());
  alive.listen(socketIn(short));
  await once(alive, 'listening');
  alive.unref();
  await mkdir(state, { recursive: true });
  // Last: a link to a folder without a living socket is a left-over.
  await symlink(short, linkOf(name));
  return {
    name,
    state,
    short,
    async close() {
      await new Promise((resolve) => alive.close(resolve));
      await remove(name, short);
    },
  };
}
