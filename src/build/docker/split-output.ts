/** Bytes before each piece: which output it is of, three zeros, and its length (Docker Engine API, "Attach to a container"). */
const headerLength = 8;

/** The output of a container without a terminal, out of the frames in which the engine sends it. */
export async function* splitOutput(stream: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
  let waiting: Buffer = Buffer.alloc(0);
  let left = 0;
  for await (const chunk of stream) {
    waiting = waiting.length === 0 ? chunk : Buffer.concat([waiting, chunk]);
    for (;;) {
      if (left === 0) {
        if (waiting.length < headerLength) break;
        left = waiting.readUInt32BE(4);
        waiting = waiting.subarray(headerLength);
        continue;
      }
      if (waiting.length === 0) break;
      const piece = waiting.subarray(0, left);
      left -= piece.length;
      waiting = waiting.subarray(piece.length);
      yield piece;
    }
  }
}
