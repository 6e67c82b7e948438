import type { ServerHttp2Stream } from 'node:http2';
import protobuf from 'protobufjs/light.js';
import type { HeldEntry } from '../../context-entry.ts';
import { frameMessage, messageSplitter } from './grpc-messages.ts';

/** tonistiigi/fsutil, wire.proto and stat.proto. */
const types = protobuf.Root.fromJSON({
  nested: {
    Stat: {
      fields: {
        path: { type: 'string', id: 1 },
        mode: { type: 'uint32', id: 2 },
        size: { type: 'int64', id: 5 },
        modTime: { type: 'int64', id: 6 },
        linkname: { type: 'string', id: 7 },
      },
    },
    Packet: {
      fields: {
        type: { type: 'uint32', id: 1 },
        stat: { type: 'Stat', id: 2 },
        ID: { type: 'uint32', id: 3 },
        data: { type: 'bytes', id: 4 },
      },
    },
  },
});
const packetType = types.lookupType('Packet');
const stat = 0;
const request = 1;
const data = 2;
const end = 3;

/** What Go's os.FileMode says of a kind. */
const kinds = { file: 0, folder: 2 ** 31, link: 2 ** 27 } as const;
const nanoseconds = 1e9;
/** Seconds since the epoch: the last that a tar can say, and 64 bits of nanoseconds as well. */
const lastTime = 0o77777777777;
/** Bytes. gRPC takes 4 MiB in one message. */
const largestPiece = 2 ** 20;

type Packet = { readonly type: number; readonly stat?: object; readonly ID?: number; readonly data?: Uint8Array };
const packet = (fields: Packet): Buffer => frameMessage(packetType.encode(fields).finish());

function statOf({ name, kind, mode, mtime, target, content }: HeldEntry): object {
  const size = kind === 'link' ? Buffer.byteLength(target) : content.length;
  const modTime = Math.min(Math.max(mtime, 0), lastTime) * nanoseconds;
  return { path: name, mode: kinds[kind] + mode, size, modTime, linkname: target };
}

function contentPackets(ID: number, content: Buffer): Buffer {
  const pieces: Buffer[] = [];
  for (let at = 0; at < content.length; at += largestPiece) {
    pieces.push(packet({ type: data, ID, data: content.subarray(at, at + largestPiece) }));
  }
  return Buffer.concat([...pieces, packet({ type: data, ID })]);
}

/**
 * Answers one call of `FileSync/DiffCopy` (moby/buildkit, session/filesync): tells all entries, then the content of those
 * that BuildKit asks for by their place in the list.
 *
 * @returns what takes the call's bytes as they come; it throws at what is no message
 */
export function sendFiles(stream: ServerHttp2Stream, entries: readonly HeldEntry[]): (chunk: Buffer) => void {
  const messagesOf = messageSplitter();
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
  stream.write(
    Buffer.concat([...entries.map((entry) => packet({ type: stat, stat: statOf(entry) })), packet({ type: stat })]),
  );
  return (chunk) => {
    for (const message of messagesOf(chunk)) {
      const { type, ID } = packetType.decode(message) as unknown as Required<Packet>;
      const content = entries[ID]?.content;
      if (type === request && content !== undefined) stream.write(contentPackets(ID, content));
      // Whatever else comes, such as an error on the engine's side, ends the call; the build's own answer says why.
      else stream.end(packet({ type: end }));
    }
  };
}
