/**
 * A test of paths against a glob of files: `*` and `?` within a part of the path, `**` for any number of parts, the rest as
 * it stands; a leading dot is nothing special. It takes time in proportion to the path, whoever wrote glob and path:
 * the expressions that picomatch makes go back and forth over three thousand long names for minutes.
 */
export function compileGlob(glob: string): (path: string) => boolean {
  const runs: Part[][] = [[]];
  for (const part of glob.split('/')) {
    if (part === '**') runs.push([]);
    else runs.at(-1)?.push(compilePart(part));
  }
  return (path) => fits(runs, path.split('/'));
}

type Part = (name: string) => boolean;

/** What stands between two `**` has a fixed length: the first place where it fits is as good as any later one. */
function fits(runs: readonly (readonly Part[])[], names: readonly string[]): boolean {
  const [first = [], ...others] = runs;
  const last = others.pop();
  if (last === undefined) return names.length === first.length && fitsAt(first, names, 0);
  if (names.length < first.length + last.length || !fitsAt(first, names, 0)) return false;
  const end = names.length - last.length;
  if (!fitsAt(last, names, end)) return false;
  let place = first.length;
  for (const run of others) {
    while (place + run.length <= end && !fitsAt(run, names, place)) place += 1;
    if (place + run.length > end) return false;
    place += run.length;
  }
  return true;
}

const fitsAt = (run: readonly Part[], names: readonly string[], place: number): boolean =>
  run.every((part, index) => part(names[place + index] ?? ''));

function compilePart(part: string): Part {
  const [head = '', ...others] = part.split(/\*+/);
  const tail = others.pop();
  if (tail === undefined) return (name) => name.length === head.length && pieceAt(head, name, 0);
  return (name) => {
    const end = name.length - tail.length;
    if (end < head.length || !pieceAt(head, name, 0) || !pieceAt(tail, name, end)) return false;
    let place = head.length;
    for (const piece of others) {
      place = findPiece(piece, name, place);
      if (place < 0 || place + piece.length > end) return false;
      place += piece.length;
    }
    return true;
  };
}

function findPiece(piece: string, name: string, from: number): number {
  if (!piece.includes('?')) return name.indexOf(piece, from);
  for (let place = from; place + piece.length <= name.length; place += 1) if (pieceAt(piece, name, place)) return place;
  return -1;
}

function pieceAt(piece: string, name: string, place: number): boolean {
  if (!piece.includes('?')) return name.startsWith(piece, place);
  for (let index = 0; index < piece.length; index += 1) {
    const wanted = piece[index];
    if (wanted !== '?' && wanted !== name[place + index]) return false;
  }
  return true;
}
