import { type FileHandle, open } from 'node:fs/promises';
import { SlipwayError } from '../errors.ts';
import { forPeople } from './for-people.ts';
import { unreadable } from './unreadable.ts';

const chunkSize = 2 ** 18;

/**
 * The first `size` bytes of a file, piece by piece.
 *
 * @param path for the sentence
 * @throws {SlipwayError} `source-truncated` when it cannot be read, or has become shorter
 */
export async function* readFileChunks(file: string, path: string, size: number): AsyncGenerator<Buffer> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(file, 'r');
    let left = size;
    while (left > 0) {
      const buffer = Buffer.allocUnsafe(Math.min(left, chunkSize));
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, null);
      if (bytesRead === 0) throw changed(path);
      left -= bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } catch (error) {
    throw error instanceof SlipwayError ? error : unreadable(path, error);
  } finally {
    await handle?.close();
  }
}

function changed(path: string): SlipwayError {
  return new SlipwayError('source-truncated', `${forPeople(path)} became shorter while it was read.`, {
    help: 'Try again when nothing writes to the folder.',
  });
}
