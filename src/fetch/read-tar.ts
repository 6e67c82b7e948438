import { SlipwayError } from '../errors.ts';
import { paxRecords } from './pax-records.ts';
import { decodeTarHeader, type TarHeader } from './tar-header.ts';

/** What a tar is read into, in its order. Whatever they throw ends the reading. */
export type TarHandler = {
  /** Whether the entry's bytes are wanted. */
  entry(header: TarHeader): boolean;
  data(chunk: Buffer): void;
  /** Records of a global pax header: git writes the commit there as `comment`. */
  global?(records: ReadonlyMap<string, string>): void;
};

const block = 512;
/** Long names and pax records: more is an attack on memory. */
const metaLimit = 2 ** 20;

/**
 * Reads a tar from chunks of any size and keeps nothing of it. Bodies that nobody wants are stepped over.
 *
 * `push` and `end` throw `SlipwayError`: `source-truncated` (damaged, or ended early), `source-hostile`.
 */
export function readTar(handler: TarHandler): { push(chunk: Buffer): void; end(): void } {
  const partial = Buffer.alloc(block);
  let partialLength = 0;
  let bodyLeft = 0;
  let padding = 0;
  let wanted = false;
  let meta: { readonly type: string; readonly chunks: Buffer[] } | undefined;
  let next: { name?: string; target?: string; size?: number } = {};
  let ended = false;

  function endMeta(type: string, bytes: Buffer): void {
    if (type === 'L') next.name = untilZero(bytes);
    else if (type === 'K') next.target = untilZero(bytes);
    else if (type === 'g') handler.global?.(paxRecords(bytes));
    else takeRecords(paxRecords(bytes));
  }

  function takeRecords(records: ReadonlyMap<string, string>): void {
    const [name, target, size] = [records.get('path'), records.get('linkpath'), records.get('size')];
    if (name !== undefined) next.name = name;
    if (target !== undefined) next.target = target;
    if (size === undefined) return;
    next.size = /^\d{1,15}$/.test(size) ? Number(size) : Number.NaN;
    if (Number.isNaN(next.size)) throw damaged('a size that is no number');
  }

  function begin(header: TarHeader): void {
    const isMeta = header.type === 'x' || header.type === 'g' || header.type === 'L' || header.type === 'K';
    const full = isMeta ? header : { ...header, ...next };
    bodyLeft = full.size;
    padding = (block - (bodyLeft % block)) % block;
    if (!isMeta) {
      next = {};
      wanted = handler.entry(full);
      return;
    }
    if (bodyLeft > metaLimit) {
      throw new SlipwayError('source-hostile', 'The archive holds a name of more than 1 MiB.');
    }
    wanted = false;
    meta = { type: header.type, chunks: [] };
    if (bodyLeft === 0) finishMeta();
  }

  function finishMeta(): void {
    if (meta === undefined) return;
    const { type, chunks } = meta;
    meta = undefined;
    endMeta(type, Buffer.concat(chunks));
  }

  function header(bytes: Buffer): void {
    const decoded = decodeTarHeader(bytes);
    if (decoded === undefined) ended = true;
    else begin(decoded);
  }

  return {
    push(chunk) {
      let at = 0;
      while (at < chunk.length && !ended) {
        const rest = chunk.length - at;
        if (bodyLeft > 0) {
          const length = Math.min(bodyLeft, rest);
          bodyLeft -= length;
          if (wanted) handler.data(chunk.subarray(at, at + length));
          // A copy: the chunk is gone when the rest of a header's records arrives.
          else if (meta !== undefined) meta.chunks.push(Buffer.from(chunk.subarray(at, at + length)));
          at += length;
          if (bodyLeft === 0) finishMeta();
        } else if (padding > 0) {
          const length = Math.min(padding, rest);
          padding -= length;
          at += length;
        } else if (partialLength === 0 && rest >= block) {
          header(chunk.subarray(at, at + block));
          at += block;
        } else {
          const length = Math.min(block - partialLength, rest);
          chunk.copy(partial, partialLength, at, at + length);
          partialLength += length;
          at += length;
          if (partialLength === block) {
            partialLength = 0;
            header(partial);
          }
        }
      }
    },
    end() {
      if (!ended) throw damaged('an early end');
    },
  };
}

function untilZero(bytes: Buffer): string {
  const end = bytes.indexOf(0);
  return bytes.toString('utf8', 0, end === -1 ? bytes.length : end);
}

function damaged(found: string): SlipwayError {
  return new SlipwayError('source-truncated', `Expected a whole tar archive, found ${found}.`, { transient: true });
}
