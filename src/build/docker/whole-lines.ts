/** Most UTF-16 units of a line and of a piece of log: at three bytes each they stay under 64 KiB. */
const most = 20_000;

/** Makes whole lines of output that arrives in pieces. */
export type WholeLines = {
  /** The lines that are complete now, `\n`-ended, in pieces of at most 64 KiB. */
  add(piece: Uint8Array | string): string[];
  /** What is left when nothing more comes. */
  end(): string[];
};

/**
 * What a terminal would show of a line: progress that overwrites itself with carriage returns is seen in its last
 * state. NUL is left out, since PostgreSQL's text cannot hold it.
 */
function shown(line: string): string {
  const text = line.replaceAll('\0', '').replace(/\r+$/, '');
  return text.slice(text.lastIndexOf('\r') + 1);
}

/** Where a line may be cut: never between the two halves of a character beyond U+FFFF. */
function cutAt(line: string): number {
  const last = line.charCodeAt(most - 1);
  return last >= 0xd800 && last <= 0xdbff ? most - 1 : most;
}

function inPieces(lines: readonly string[]): string[] {
  const pieces: string[] = [];
  let piece = '';
  for (const line of lines) {
    if (piece !== '' && piece.length + line.length >= most) {
      pieces.push(piece);
      piece = '';
    }
    piece += `${line}\n`;
  }
  return piece === '' ? pieces : [...pieces, piece];
}

/** Lines of one output. Never more than one line is kept, and one that does not end is cut. */
export function wholeLines(): WholeLines {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  let partial = '';

  /** Pushes what of a line is over the limit, and gives back the rest. */
  function cut(line: string, onto: string[]): string {
    let rest = line;
    for (; rest.length > most; rest = rest.slice(cutAt(rest))) onto.push(rest.slice(0, cutAt(rest)));
    return rest;
  }

  function take(text: string): string[] {
    const lines: string[] = [];
    const parts = (partial + text).split('\n');
    const unfinished = parts.pop() ?? '';
    for (const part of parts) lines.push(cut(shown(part), lines));
    // A carriage return at the very end may be the first half of a CR LF.
    partial =
      unfinished.length > most ? cut(shown(unfinished), lines) + (unfinished.endsWith('\r') ? '\r' : '') : unfinished;
    return lines;
  }

  return {
    add: (piece) => inPieces(take(typeof piece === 'string' ? piece : decoder.decode(piece, { stream: true }))),
    end: () => {
      const rest = decoder.decode();
      return partial === '' && rest === '' ? [] : inPieces(take(`${rest}\n`));
    },
  };
}
