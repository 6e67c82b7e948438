import { createHash } from 'node:crypto';
import { splitOutput } from './split-output.ts';

export type OutputSource<End> = {
  /** The engine's answer to the question for a container's output, from its first byte until the program has ended. */
  ask(): Promise<AsyncIterable<Buffer>>;
  /** How the program ended; resolves when it has. */
  ended(): Promise<End>;
};

/**
 * Hands on all that a container says, and tells how it ended. Asked while the program runs, the engine may leave out what it says in its last moment
 * (one in some hundred runs that say a single line, on a busy engine 20.10), and has it when asked again afterwards.
 */
export async function followOutput<End>(
  { ask, ended }: OutputSource<End>,
  take: (piece: Buffer) => void,
): Promise<End> {
  const told = createHash('sha256');
  let length = 0;
  for await (const piece of splitOutput(await ask())) {
    told.update(piece);
    length += piece.length;
    take(piece);
  }
  const end = await ended();
  const again = createHash('sha256');
  let left = length;
  for await (const piece of splitOutput(await ask())) {
    const rest = piece.subarray(left);
    if (left > 0) {
      again.update(piece.subarray(0, left));
      left -= piece.length - rest.length;
      // A log that was begun anew because it was long starts otherwise, and does not tell where the first answer left off.
      if (left === 0 && again.digest('hex') !== told.digest('hex')) return end;
    }
    if (rest.length > 0) take(rest);
  }
  return end;
}
