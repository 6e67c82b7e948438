const variable = /\\\$|\$\{(\w+)(?::([-+])([^}]*))?\}|\$(\w+)/g;

/** What stands for `$X`, `${X}`, `${X:-default}` and `${X:+other}` (Dockerfile reference, "Environment replacement"). */
export function expandVariables(text: string, lookUp: (name: string) => string | undefined): string {
  return text.replace(variable, (whole, braced?: string, operator?: string, word?: string, bare?: string) => {
    const name = braced ?? bare;
    if (name === undefined) return whole.slice(1);
    const value = lookUp(name) ?? '';
    if (operator === '-') return value === '' ? (word ?? '') : value;
    if (operator === '+') return value === '' ? '' : (word ?? '');
    return value;
  });
}
