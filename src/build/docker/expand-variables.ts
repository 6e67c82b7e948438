const variable = /\\\$|\$\{(\w+)(?::([-+])([^}]*))?\}|\$(\w+)/g;

/** Characters. No name of an image or of a label is longer; a value that doubles and doubles again would be. */
const longest = 4096;

/** What stands for `$X`, `${X}`, `${X:-default}` and `${X:+other}` (Dockerfile reference, "Environment replacement"), cut to 4096 characters. */
export function expandVariables(text: string, lookUp: (name: string) => string | undefined): string {
  let room = longest;
  const expanded = text
    .slice(0, longest)
    .replace(variable, (whole, braced?: string, operator?: string, word?: string, bare?: string) => {
      const name = braced ?? bare;
      if (name === undefined) return whole.slice(1);
      const value = lookUp(name) ?? '';
      const shown = (operator === '-' && value === '') || (operator === '+' && value !== '') ? (word ?? '') : value;
      room -= shown.length;
      return room < 0 ? '' : shown;
    });
  return expanded.slice(0, longest);
}
