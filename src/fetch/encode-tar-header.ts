import type { ContextEntry } from '../context-entry.ts';
import { padding } from './tar-padding.ts';

const block = 512;
const types = { file: 0x30, folder: 0x35, link: 0x32 } as const;
const nameLength = 100;
const largestOctal = 0o77777777777;

function octal(header: Buffer, value: number, at: number, length: number): void {
  header.write(`${value.toString(8).padStart(length - 1, '0')}\0`, at, 'latin1');
}

function ustar(name: string, type: number, { mode, mtime, target }: ContextEntry, size: number): Buffer {
  const header = Buffer.alloc(block);
  header.write(name, 0, nameLength, 'latin1');
  octal(header, mode, 100, 8);
  octal(header, 0, 108, 8);
  octal(header, 0, 116, 8);
  octal(header, Math.min(size, largestOctal), 124, 12);
  octal(header, Math.min(Math.max(mtime, 0), largestOctal), 136, 12);
  header.write('        ', 148, 'latin1');
  header[156] = type;
  header.write(target, 157, nameLength, 'latin1');
  header.write('ustar\0', 257, 'latin1');
  header.write('00', 263, 'latin1');
  let sum = 0;
  for (const byte of header) sum += byte;
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return header;
}

/** A record's length counts its own digits. */
function paxRecord(key: string, value: string): Buffer {
  const rest = Buffer.byteLength(` ${key}=${value}\n`);
  let length = rest + String(rest).length;
  if (rest + String(length).length !== length) length = rest + String(length).length;
  return Buffer.from(`${length} ${key}=${value}\n`);
}

/** ustar holds 100 bytes, and only of ASCII do all readers think the same. */
function fits(name: string): boolean {
  return name.length <= nameLength && /^[\x20-\x7e]*$/.test(name);
}

/** The header of one entry (POSIX.1-2024: ustar, behind pax records where ustar cannot hold it). */
export function encodeTarHeader(entry: ContextEntry): Buffer {
  const name = entry.kind === 'folder' ? `${entry.name}/` : entry.name;
  const records: Buffer[] = [];
  if (!fits(name)) records.push(paxRecord('path', name));
  if (!fits(entry.target)) records.push(paxRecord('linkpath', entry.target));
  if (entry.size > largestOctal) records.push(paxRecord('size', String(entry.size)));
  const header = ustar(name, types[entry.kind], entry, entry.size);
  if (records.length === 0) return header;
  const body = Buffer.concat(records);
  const extra = ustar('PaxHeaders/entry', 0x78, { ...entry, target: '' }, body.length);
  return Buffer.concat([extra, body, padding(body.length), header]);
}
