import { AwsError } from './aws-error.ts';
import type { Parameters } from './parameters.ts';
import type { Region, Tags } from './state.ts';
import type { Value } from './xml.ts';

/** What an action of EC2 does to a region, and answers. */
export type Action = (asked: Parameters, region: Region) => Value;

export const tagSet = (tags: Tags): Value => Object.entries(tags).map(([key, value]) => ({ key, value }));

export function checkTags(tags: Tags): Tags {
  for (const [key, value] of Object.entries(tags)) {
    if (key.length < 1 || key.length > 127 || /^aws:/i.test(key)) {
      throw new AwsError('InvalidParameterValue', `Tag key '${key}' is invalid`);
    }
    if (value.length > 255)
      throw new AwsError('InvalidParameterValue', `Tag value of '${key}' exceeds the maximum length`);
  }
  if (Object.keys(tags).length > 50) throw new AwsError('TagLimitExceeded', 'More than 50 tags');
  return tags;
}

/** Tags that a resource is made with, by kind: `TagSpecification.1.ResourceType`. */
export function tagsFor(asked: Parameters, kind: string): Tags {
  const all = asked.groups('TagSpecification').map((one) => {
    const pairs = one.groups('Tag').map((tag) => [tag.required('Key'), tag.optional('Value') ?? ''] as const);
    return { kind: one.required('ResourceType'), tags: checkTags(Object.fromEntries(pairs)) };
  });
  return { ...all.find((one) => one.kind === kind)?.tags };
}

/**
 * The things that pass all filters. A filter that this stand-in does not know is an error, as in EC2.
 *
 * @param fields values of a thing by the filter's name
 */
export function filtered<T extends { readonly tags: Tags }>(
  asked: Parameters,
  things: Iterable<T>,
  fields: Readonly<Record<string, (thing: T) => string | undefined>>,
): readonly T[] {
  const filters = asked.groups('Filter').map((one) => ({ name: one.required('Name'), values: one.list('Value') }));
  const valueFor = (thing: T, name: string): string | undefined => {
    if (name.startsWith('tag:')) return thing.tags[name.slice(4)];
    const field = fields[name];
    if (field === undefined) throw new AwsError('InvalidParameterValue', `The filter '${name}' is invalid`);
    return field(thing);
  };
  for (const { name, values } of filters) {
    if (values.length === 0) throw new AwsError('InvalidParameterValue', `The filter '${name}' has no value`);
  }
  return [...things].filter((thing) =>
    filters.every(({ name, values }) => {
      const value = valueFor(thing, name);
      return value !== undefined && values.includes(value);
    }),
  );
}
