/** How a pattern is compared: as it stands, or as the regular expression (Go's dialect) that docker makes of it. */
export type PatternExpression = {
  readonly kind: 'exact' | 'prefix' | 'suffix' | 'expression';
  readonly expression: string;
};

/** What moby/patternmatcher escapes. It means to escape `{|}` too, but its bit set ends below them. */
const special = new Set('.+()$');

/** Follows moby/patternmatcher, `compile`, character by character: a `*` within `[]` is replaced as well. */
export function expressionOfPattern(pattern: string): PatternExpression {
  const characters = [...pattern];
  let kind: PatternExpression['kind'] = 'exact';
  let expression = '';
  for (let at = 0, token = 0; at < characters.length; at += 1, token += 1) {
    const character = characters[at] ?? '';
    if (character === '*' && characters[at + 1] === '*') {
      at += characters[at + 2] === '/' ? 2 : 1;
      if (at + 1 < characters.length) {
        expression += '(.*/)?';
        kind = 'expression';
      } else if (kind === 'exact') {
        kind = 'prefix';
      } else {
        expression += '.*';
        kind = 'expression';
      }
      if (token === 0) kind = 'suffix';
    } else if (character === '*' || character === '?') {
      expression += character === '*' ? '[^/]*' : '[^/]';
      kind = 'expression';
    } else if (special.has(character)) {
      expression += `\\${character}`;
    } else if (character === '\\') {
      const next = characters[at + 1];
      expression += `\\${next ?? ''}`;
      if (next !== undefined) kind = 'expression';
      at += 1;
    } else {
      expression += character;
      if (character === '[' || character === ']') kind = 'expression';
    }
  }
  return { kind, expression };
}
