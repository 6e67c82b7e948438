import { open, rename } from 'node:fs/promises';

/** Writes a file as a whole or not at all; its owner alone can read it, unless `mode` says otherwise. */
export async function writePrivate(file: string, content: string, mode = 0o600): Promise<void> {
  const part = `${file}.part`;
  const handle = await open(part, 'w', mode);
  try {
    await handle.chmod(mode);
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(part, file);
}
