/**
 * Whether Go's filepath.Match takes a pattern as well formed. It looks only as far as it compares with the name it is
 * given, which is `.` here: to the second `*`. What is behind it is judged when it becomes an expression.
 */
export function isGoPattern(pattern: string): boolean {
  const characters = [...pattern.replace(/^\*+/, '')];
  let at = 0;
  while (at < characters.length) {
    const character = characters[at];
    if (character === '*') return true;
    if (character === '[') {
      const end = endOfClass(characters, at);
      if (end === undefined) return false;
      at = end;
    } else if (character === '\\') {
      at += 1;
      if (at >= characters.length) return false;
    }
    at += 1;
  }
  return true;
}

/** Index of the `]` that ends the class that begins at `from`. */
function endOfClass(characters: readonly string[], from: number): number | undefined {
  let at = characters[from + 1] === '^' ? from + 2 : from + 1;
  for (let ranges = 0; ; ranges += 1) {
    if (characters[at] === ']' && ranges > 0) return at;
    const low = endOfClassCharacter(characters, at);
    if (low === undefined) return undefined;
    at = low;
    if (characters[at] !== '-') continue;
    const high = endOfClassCharacter(characters, at + 1);
    if (high === undefined) return undefined;
    at = high;
  }
}

function endOfClassCharacter(characters: readonly string[], at: number): number | undefined {
  const character = characters[at];
  if (character === undefined || character === '-' || character === ']') return undefined;
  const end = character === '\\' ? at + 2 : at + 1;
  return end < characters.length ? end : undefined;
}
