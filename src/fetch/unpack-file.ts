import { open } from 'node:fs/promises';
import { archiveError } from './archive-error.ts';
import { unpack, type Write } from './unpack.ts';

const pieceSize = 2 ** 18;

/**
 * Unpacks a gzip file as it is read, in chunks that are good until the next one is asked for. Letting go early closes it.
 *
 * @throws {SlipwayError} `source-truncated`, `cancelled`
 */
export async function* unpackFile(file: string, signal: AbortSignal): AsyncGenerator<Buffer> {
  try {
    yield* unpack((write) => feedFile(file, write), signal);
  } catch (error) {
    throw archiveError(error, signal, 'reading the kept archive');
  }
}

async function feedFile(file: string, write: Write): Promise<void> {
  const handle = await open(file, 'r');
  const piece = Buffer.allocUnsafeSlow(pieceSize);
  try {
    for (;;) {
      const { bytesRead } = await handle.read(piece, 0, pieceSize, null);
      if (bytesRead === 0) return;
      await write(piece.subarray(0, bytesRead));
    }
  } finally {
    await handle.close();
  }
}
