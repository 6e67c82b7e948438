import { AwsError } from './aws-error.ts';

/** Parameters of the query protocol, `Filter.1.Value.2` and the like, each of which has to be asked for by an action. */
export type Parameters = {
  /** @throws {AwsError} `MissingParameter` */
  required(name: string): string;
  optional(name: string): string | undefined;
  /** `name.1`, `name.2`, ... in order. */
  list(name: string): readonly string[];
  /** The parameters below `name.1.`, `name.2.`, ... */
  groups(name: string): readonly Parameters[];
  has(name: string): boolean;
  /** Those that nothing has asked for. */
  unread(): readonly string[];
};

export function parameters(values: ReadonlyMap<string, string>, read = new Set<string>(), prefix = ''): Parameters {
  const get = (name: string): string | undefined => {
    read.add(prefix + name);
    return values.get(prefix + name);
  };
  const numbers = (name: string): readonly number[] => {
    const start = `${prefix}${name}.`;
    const found = [...values.keys()]
      .filter((key) => key.startsWith(start))
      .map((key) => Number.parseInt(key.slice(start.length), 10));
    return [...new Set(found)].sort((one, other) => one - other);
  };
  return {
    optional: get,
    required(name) {
      const value = get(name);
      if (value === undefined || value === '') {
        throw new AwsError('MissingParameter', `The request must contain the parameter ${prefix}${name}`);
      }
      return value;
    },
    list: (name) => numbers(name).flatMap((number) => get(`${name}.${number}`) ?? []),
    groups: (name) => numbers(name).map((number) => parameters(values, read, `${prefix}${name}.${number}.`)),
    has: (name) => [...values.keys()].some((key) => key === prefix + name || key.startsWith(`${prefix}${name}.`)),
    unread: () => [...values.keys()].filter((key) => !read.has(key)),
  };
}
