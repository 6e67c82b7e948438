const newline = 10;

/** The last place at or before `end` where text can be cut: behind a line, else between two characters. */
function cutBefore(bytes: Buffer, start: number, end: number): number {
  if (end >= bytes.length) return bytes.length;
  const line = bytes.lastIndexOf(newline, end - 1);
  if (line >= start) return line + 1;
  let cut = end;
  // UTF-8: 10xxxxxx continues a character.
  while (cut > start && ((bytes[cut] ?? 0) & 0xc0) === 0x80) cut -= 1;
  return cut > start ? cut : end;
}

/** Pieces of at most `limit` bytes of UTF-8, cut behind a line where there is one. */
export function splitLog(text: string, limit: number): readonly { readonly text: string; readonly bytes: number }[] {
  const bytes = Buffer.from(text);
  const pieces: { text: string; bytes: number }[] = [];
  for (let start = 0; start < bytes.length; ) {
    const end = cutBefore(bytes, start, start + limit);
    pieces.push({ text: bytes.toString('utf8', start, end), bytes: end - start });
    start = end;
  }
  return pieces;
}
