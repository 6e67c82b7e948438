const hunk = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/;

/**
 * The text that the hunks of a unified diff (git-diff(1)) make of another, or, backwards, were made from. Undefined where
 * they do not fit line by line: nothing is searched for, so that a hostile patch takes no longer than its length. Whether
 * it was the right patch only the id of the result tells.
 */
export function applyPatch(text: string, patch: string, { backwards = false } = {}): string | undefined {
  const before = linesOf(text);
  const after: string[] = [];
  const [removed, added] = backwards ? ['+', '-'] : ['-', '+'];
  const lines = patch.split('\n');
  let at = 0;
  for (const [index, line] of lines.entries()) {
    const found = hunk.exec(line);
    if (found !== null) {
      const [first, count = '1'] = backwards ? found.slice(3, 5) : found.slice(1, 3);
      // A hunk that takes no line away stands behind the line that it names.
      const start = Number(first) - (count === '0' ? 0 : 1);
      if (start < at || start > before.length) return undefined;
      for (; at < start; at += 1) after.push(before[at] ?? '');
      continue;
    }
    const sign = line.charAt(0);
    // `\ No newline at end of file` is about the line before.
    if (sign === '\\') continue;
    if (sign !== ' ' && sign !== removed && sign !== added) return undefined;
    const whole = line.slice(1) + (lines[index + 1]?.startsWith('\\') ? '' : '\n');
    if (sign !== added && before[at++] !== whole) return undefined;
    if (sign !== removed) after.push(whole);
  }
  for (; at < before.length; at += 1) after.push(before[at] ?? '');
  return after.join('');
}

/** Each with its line break; the last may have none. */
const linesOf = (text: string): readonly string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
