/** Bytes before each message: whether it is compressed, and its length (grpc.io, "gRPC over HTTP2"). */
const headLength = 5;
/** Bytes. What BuildKit asks is short. */
const largestMessage = 2 ** 20;

/** A message as gRPC sends it. */
export function frameMessage(body: Uint8Array): Buffer {
  const head = Buffer.alloc(headLength);
  head.writeUInt32BE(body.length, 1);
  return Buffer.concat([head, body]);
}

/** Takes the bytes of a call as they come, and returns the messages that are complete; throws where one is too long. */
export function messageSplitter(): (chunk: Buffer) => readonly Buffer[] {
  let rest: Buffer = Buffer.alloc(0);
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    const messages: Buffer[] = [];
    while (rest.length >= headLength) {
      const length = rest.readUInt32BE(1);
      if (length > largestMessage) throw new RangeError(`a message of ${length} bytes`);
      const end = headLength + length;
      if (rest.length < end) break;
      messages.push(rest.subarray(headLength, end));
      rest = rest.subarray(end);
    }
    return messages;
  };
}
