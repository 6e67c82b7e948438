import { SlipwayError } from '../errors.ts';

/** One header of a tar, as POSIX.1-2024 (ustar, pax) and GNU tar write it. */
export type TarHeader = {
  readonly name: string;
  /** The type flag: `0` file, `2` link, `5` folder, `x` and `g` pax records, `L` and `K` long names. */
  readonly type: string;
  readonly mode: number;
  readonly size: number;
  readonly mtime: number;
  readonly target: string;
};

function text(block: Buffer, from: number, length: number): string {
  let end = from;
  while (end < from + length && block[end] !== 0) end += 1;
  return block.toString('utf8', from, end);
}

/** Octal digits, or GNU's big-endian number behind a set top bit. */
function number(block: Buffer, from: number, length: number): number {
  if (((block[from] ?? 0) & 0x80) !== 0) {
    let value = (block[from] ?? 0) & 0x7f;
    for (let at = from + 1; at < from + length; at += 1) value = value * 256 + (block[at] ?? 0);
    return value;
  }
  const digits = block.toString('latin1', from, from + length).replace(/^[ \0]+|[ \0].*$/gs, '');
  return digits === '' ? 0 : /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number.NaN;
}

function checksum(block: Buffer): number {
  let sum = 8 * 0x20;
  for (let at = 0; at < 148; at += 1) sum += block[at] ?? 0;
  for (let at = 156; at < 512; at += 1) sum += block[at] ?? 0;
  return sum;
}

/**
 * Reads one block of 512 bytes; undefined for the block of zeros that ends a tar.
 *
 * @throws {SlipwayError} `source-truncated` when it is no header
 */
export function decodeTarHeader(block: Buffer): TarHeader | undefined {
  const sum = checksum(block);
  const written = number(block, 148, 8);
  if (written === 0 && sum === 8 * 0x20) return undefined;
  const size = number(block, 124, 12);
  if (written !== sum || !Number.isSafeInteger(size)) {
    throw new SlipwayError('source-truncated', 'Expected an entry of a tar archive, found a damaged one.', {
      transient: true,
    });
  }
  const prefix = block.toString('latin1', 257, 263) === 'ustar\0' ? text(block, 345, 155) : '';
  const name = text(block, 0, 100);
  return {
    name: prefix === '' ? name : `${prefix}/${name}`,
    type: block[156] === 0 ? '0' : String.fromCharCode(block[156] ?? 0),
    mode: number(block, 100, 8),
    size,
    mtime: number(block, 136, 12),
    target: text(block, 157, 100),
  };
}
