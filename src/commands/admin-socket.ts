import path from 'node:path';

/** Bytes that the kernel takes for the path of a socket, without the zero at its end. */
const longest = 107;

/** Where the server that holds the embedded store listens for commands; undefined where no path is short enough. */
export function adminSocket(dataDir: string): string | undefined {
  const absolute = path.resolve(dataDir, 'admin.sock');
  const relative = path.relative('', absolute);
  return [absolute, relative].find((file) => Buffer.byteLength(file) <= longest);
}
