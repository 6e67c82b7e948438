import { createReadStream } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { PassThrough, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { pack } from 'tar-stream';

/** A gzipped tar of a folder, which is removed before its end. A file that cannot be read destroys the stream. */
export function packBackup(folder: string): Readable {
  const tar = pack();
  const packed = createGzip();
  const backup = new PassThrough();
  const work = async () => {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    for (const entry of entries) {
      const file = path.join(entry.parentPath, entry.name);
      const name = path.relative(folder, file);
      const { size, mode, mtime } = await stat(file);
      if (entry.isDirectory()) tar.entry({ name, mode, mtime, type: 'directory' });
      else await pipeline(createReadStream(file), tar.entry({ name, size, mode, mtime }));
    }
    tar.finalize();
  };
  const failed = (error: unknown) => backup.destroy(error instanceof Error ? error : new Error(String(error)));
  Promise.all([
    work().catch((error: unknown) => tar.destroy(error instanceof Error ? error : new Error(String(error)))),
    pipeline(tar, packed, backup, { end: false }),
  ])
    .finally(() => rm(folder, { recursive: true, force: true }))
    .then(() => backup.end(), failed);
  return backup;
}
