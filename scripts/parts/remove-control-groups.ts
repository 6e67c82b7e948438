import { readdir, rmdir } from 'node:fs/promises';
import path from 'node:path';

const root = '/sys/fs/cgroup';

async function foldersIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map((entry) => path.join(folder, entry.name));
}

async function removeTree(folder: string): Promise<void> {
  for (const inner of await foldersIn(folder)) await removeTree(inner);
  // Still in use, or gone: an empty group costs nothing.
  await rmdir(folder).catch(() => undefined);
}

async function removeNamed(folder: string, name: string, depth: number): Promise<void> {
  for (const inner of await foldersIn(folder)) {
    if (path.basename(inner) === name) await removeTree(inner);
    else if (depth > 0) await removeNamed(inner, name, depth - 1);
  }
}

/** Removes the control groups that an engine made under `name`; a killed engine leaves them behind, empty. */
export function removeControlGroups(name: string): Promise<void> {
  // With version 1 they stand below each controller, and below the group of the process that started the engine.
  return removeNamed(root, name, 4);
}
