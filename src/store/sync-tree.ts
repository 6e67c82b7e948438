import { open, readdir } from 'node:fs/promises';
import path from 'node:path';

const atOnce = 16;

/** Waits until a folder, and everything in it, has reached the disk. */
export async function syncTree(folder: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile() || entry.isDirectory())
    .map((entry) => path.join(entry.parentPath, entry.name));
  const left = [folder, ...paths].values();
  const work = async () => {
    for (const name of left) {
      const handle = await open(name, 'r');
      try {
        await handle.sync();
      } finally {
        await handle.close();
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}
