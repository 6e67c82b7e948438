import { SlipwayError } from '../errors.ts';

/**
 * Records of a pax header: `length key=value\n`, the length in bytes and of the whole record (POSIX.1-2024, pax).
 *
 * @throws {SlipwayError} `source-truncated` when they are none
 */
export function paxRecords(bytes: Buffer): ReadonlyMap<string, string> {
  const records = new Map<string, string>();
  let at = 0;
  while (at < bytes.length) {
    const space = bytes.indexOf(0x20, at);
    const length = Number.parseInt(bytes.toString('latin1', at, space), 10);
    const end = at + length;
    const equals = bytes.indexOf(0x3d, space);
    const whole = space > at && equals > space && equals < end && end <= bytes.length && bytes[end - 1] === 0x0a;
    if (!whole) {
      throw new SlipwayError('source-truncated', 'Expected pax records in the archive, found damaged ones.', {
        transient: true,
      });
    }
    records.set(bytes.toString('utf8', space + 1, equals), bytes.toString('utf8', equals + 1, end - 1));
    at = end;
  }
  return records;
}
