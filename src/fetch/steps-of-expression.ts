/** A character by its code point. */
type CharacterTest = (point: number) => boolean;

/** The code points on both sides of a place, undefined beyond the ends of the path. */
export type PlaceTest = (before: number | undefined, after: number | undefined) => boolean;

/** A part of an expression. `folders` is `(.*\/)?` and takes two places, the second of which is `folder`: within it. */
export type Step =
  | { readonly kind: 'one' | 'many'; readonly test: CharacterTest }
  | { readonly kind: 'place'; readonly test: PlaceTest }
  | { readonly kind: 'folders' | 'folder' };

const within = (low: number, high: number): CharacterTest => {
  return (point) => point >= low && point <= high;
};
const either = (tests: readonly CharacterTest[]): CharacterTest => {
  return (point) => tests.some((test) => test(point));
};
const not = (test: CharacterTest): CharacterTest => {
  return (point) => !test(point);
};
const literal = (character: string): CharacterTest => {
  const wanted = character.codePointAt(0);
  return (point) => point === wanted;
};
/** Go's `.` is everything but a line end. */
const any = not(literal('\n'));

/** Letters that mean something behind a backslash in Go's expressions (RE2 syntax); others are refused there. */
const classes: Readonly<Record<string, CharacterTest>> = {
  d: within(0x30, 0x39),
  w: either([within(0x30, 0x39), within(0x41, 0x5a), within(0x61, 0x7a), literal('_')]),
  s: either([within(0x09, 0x0a), within(0x0c, 0x0d), literal(' ')]),
};
const controls: Readonly<Record<string, string>> = { a: '\u0007', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

const isWord = (point: number | undefined): boolean => point !== undefined && classes.w?.(point) === true;
const atStart: PlaceTest = (before) => before === undefined;
const places: Readonly<Record<string, PlaceTest>> = {
  A: atStart,
  z: (_, after) => after === undefined,
  b: (before, after) => isWord(before) !== isWord(after),
  B: (before, after) => isWord(before) === isWord(after),
};

function escaped(character: string): CharacterTest | undefined {
  const small = classes[character.toLowerCase()];
  if (small !== undefined) return character === character.toLowerCase() ? small : not(small);
  const plain = escapedCharacter(character);
  return plain === undefined ? undefined : literal(plain);
}

function escapedCharacter(character: string): string | undefined {
  const control = controls[character];
  if (control !== undefined) return control;
  return /^[\0-\x7f]$/.test(character) && !/[0-9A-Za-z]/.test(character) ? character : undefined;
}

const repetition = /^\{\d+(,\d*)?\}/;
const anything: Step = { kind: 'many', test: () => true };

/**
 * The steps of an expression that `expressionOfPattern` made, for each of its alternatives: of `a|b`, docker binds the
 * path's beginning to `a` alone and its end to `b` alone.
 *
 * @returns undefined when Go would refuse it, or it uses what nobody means in an ignore file (`\p`, `\x`, `[:alpha:]`, `{2}`)
 */
export function stepsOfExpression(expression: string): readonly (readonly Step[])[] | undefined {
  const characters = [...expression];
  const alternatives: Step[][] = [];
  let steps: Step[] = [];
  let at = 0;
  while (at < characters.length) {
    const character = characters[at];
    if (character === '|') {
      alternatives.push([...steps, anything]);
      steps = [anything];
      at += 1;
      continue;
    }
    const next = nextSteps(characters, at);
    if (next === undefined) return undefined;
    steps.push(...next.steps);
    at = next.end;
  }
  return [...alternatives, steps];
}

type Part<T> = T & { readonly end: number };

function nextSteps(characters: readonly string[], at: number): Part<{ readonly steps: readonly Step[] }> | undefined {
  const character = characters[at] ?? '';
  const next = characters[at + 1] ?? '';
  if (character === '(') {
    return { steps: [{ kind: 'folders' }, { kind: 'folder' }], end: at + '(.*/)?'.length };
  }
  if (character === '^') return { steps: [{ kind: 'place', test: atStart }], end: at + 1 };
  if (character === '{' && repetition.test(characters.slice(at).join(''))) return undefined;
  if (character === '\\' && next === '') {
    // It escapes the `$` that docker puts at the end.
    return { steps: [{ kind: 'one', test: literal('$') }, anything], end: at + 1 };
  }
  if (character === '\\') {
    const place = places[next];
    if (place !== undefined) return { steps: [{ kind: 'place', test: place }], end: at + 2 };
    return next === 'Q' ? quotedSteps(characters, at + 2) : oneOrMany(characters, escaped(next), at + 2);
  }
  if (character === '[') {
    const found = characterClass(characters, at + 1);
    return found === undefined ? undefined : oneOrMany(characters, found.test, found.end);
  }
  return oneOrMany(characters, character === '.' ? any : literal(character), at + 1);
}

function oneOrMany(
  characters: readonly string[],
  test: CharacterTest | undefined,
  end: number,
): Part<{ readonly steps: readonly Step[] }> | undefined {
  if (test === undefined) return undefined;
  return characters[end] === '*'
    ? { steps: [{ kind: 'many', test }], end: end + 1 }
    : { steps: [{ kind: 'one', test }], end };
}

/** `\Q...\E`: what stands between is plain. */
function quotedSteps(characters: readonly string[], from: number): Part<{ readonly steps: readonly Step[] }> {
  let end = from;
  while (end < characters.length && !(characters[end] === '\\' && characters[end + 1] === 'E')) end += 1;
  const steps = characters.slice(from, end).map((each): Step => ({ kind: 'one', test: literal(each) }));
  return { steps, end: Math.min(end + 2, characters.length) };
}

/** The class whose first character, behind `[`, is at `from`; a `]` that comes first is one of its characters. */
function characterClass(
  characters: readonly string[],
  from: number,
): { readonly test: CharacterTest; readonly end: number } | undefined {
  const negated = characters[from] === '^';
  const first = negated ? from + 1 : from;
  const tests: CharacterTest[] = [];
  let at = first;
  while (characters[at] !== ']' || at === first) {
    const character = characters[at];
    if (character === undefined || (character === '[' && characters[at + 1] === ':')) return undefined;
    const next = character === '\\' ? characters[at + 1] : undefined;
    if (next !== undefined && classes[next.toLowerCase()] !== undefined) {
      const test = escaped(next);
      if (test === undefined) return undefined;
      tests.push(test);
      at += 2;
      continue;
    }
    const low = classCharacter(characters, at);
    if (low === undefined) return undefined;
    at = low.end;
    let high = low;
    if (characters[at] === '-' && characters[at + 1] !== undefined && characters[at + 1] !== ']') {
      const found = classCharacter(characters, at + 1);
      if (found === undefined || found.point < low.point) return undefined;
      high = found;
      at = found.end;
    }
    tests.push(within(low.point, high.point));
  }
  const test = either(tests);
  return { test: negated ? not(test) : test, end: at + 1 };
}

function classCharacter(
  characters: readonly string[],
  at: number,
): { readonly point: number; readonly end: number } | undefined {
  const isEscape = characters[at] === '\\';
  const written = characters[isEscape ? at + 1 : at];
  const character = isEscape && written !== undefined ? escapedCharacter(written) : written;
  const point = character?.codePointAt(0);
  return point === undefined ? undefined : { point, end: isEscape ? at + 2 : at + 1 };
}
