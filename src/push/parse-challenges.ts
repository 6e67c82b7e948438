/** One way in which a server wants to be convinced: `Bearer realm="https://auth.lan/token",service="registry"`. */
export type Challenge = {
  /** Lower case: `basic`, `bearer`. */
  readonly scheme: string;
  readonly parameters: Readonly<Record<string, string>>;
};

const parameter = /^\s*([\w!#$%&'*+.^`|~-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*))/;
const scheme = /^\s*([\w!#$%&'*+.^`|~-]+)(?:\s+|(?=,)|$)/;

/** The challenges of a `WWW-Authenticate` header (RFC 9110, 11.6.1), in their order; what cannot be read ends the list. */
export function parseChallenges(header: string): readonly Challenge[] {
  const challenges: { scheme: string; parameters: Record<string, string> }[] = [];
  let rest = header;
  while (rest.trim() !== '') {
    const found = parameter.exec(rest);
    const current = challenges.at(-1);
    if (found !== null && current !== undefined) {
      const [whole, name = '', quoted, plain = ''] = found;
      current.parameters[name.toLowerCase()] = quoted?.replace(/\\(.)/g, '$1') ?? plain;
      rest = rest.slice(whole.length);
    } else {
      const name = scheme.exec(rest);
      if (name === null) break;
      challenges.push({ scheme: (name[1] ?? '').toLowerCase(), parameters: {} });
      rest = rest.slice(name[0].length);
    }
    rest = rest.replace(/^[\s,]+/, '');
  }
  return challenges;
}
