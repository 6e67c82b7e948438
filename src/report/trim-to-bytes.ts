const more = '\n\n…';

/** The beginning of a text in whole lines (a character at least), as much as fits into so many bytes of UTF-8. */
export function trimToBytes(text: string, most: number): string {
  const bytes = Buffer.from(text.toWellFormed());
  if (bytes.length <= most) return text.toWellFormed();
  const room = most - Buffer.byteLength(more);
  const cut = bytes.lastIndexOf('\n', room);
  if (cut > 0) return `${bytes.subarray(0, cut).toString()}${more}`;
  // One line longer than all the room: cut before a character and not within it (UTF-8 goes on with 0b10......).
  let end = room;
  while (end > 0 && ((bytes[end] ?? 0) & 0b1100_0000) === 0b1000_0000) end -= 1;
  return `${bytes.subarray(0, end).toString()}${more}`;
}
