/** A JSON Schema, or a part of one, as it is read from a file. */
export type Schema = { readonly [key: string]: unknown };

export const isSchema = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const branches = ['allOf', 'anyOf', 'oneOf'] as const;

function translate(value: unknown, base: string): unknown {
  if (Array.isArray(value)) return value.map((one) => translate(one, base));
  if (!isSchema(value)) return value;
  const { nullable, ...rest } = Object.fromEntries(
    Object.entries(value).map(([key, part]) => {
      if (key === '$ref' && typeof part === 'string') return [key, `${base}${part}`];
      // Names of properties are no keywords.
      if (key === 'properties' && isSchema(part)) {
        return [key, Object.fromEntries(Object.entries(part).map(([name, one]) => [name, translate(one, base)]))];
      }
      return [key, key === 'enum' ? part : translate(part, base)];
    }),
  );
  if (nullable !== true) return rest;
  if (typeof rest.type !== 'string') return { anyOf: [rest, { type: 'null' }] };
  const values = Array.isArray(rest.enum) ? { enum: [...new Set([...rest.enum, null])] } : {};
  return { ...rest, ...values, type: [rest.type, 'null'] };
}

/**
 * OpenAPI 3.0's dialect as JSON Schema 2019: `nullable` becomes a type, and references point into the document `base`.
 * Webhooks are described in OpenAPI 3.1, which is JSON Schema already; only the references change.
 */
export function toJsonSchema(schema: Schema, base: string): Schema {
  return translate(schema, base) as Schema;
}

/**
 * The same schema, closed: a property that is not described is wrong. Without this a misspelt property of a request
 * would pass, since JSON Schema allows whatever it does not name.
 *
 * @param resolve gives the schema behind a reference
 */
export function closeSchema(schema: Schema, resolve: (reference: string) => Schema, part = false): Schema {
  if (typeof schema.$ref === 'string') return closeSchema(resolve(schema.$ref), resolve, part);
  const closed: Record<string, unknown> = { ...schema };
  const named = isSchema(schema.properties);
  if (isSchema(schema.properties)) {
    closed.properties = Object.fromEntries(
      Object.entries(schema.properties).map(([key, one]) => [key, isSchema(one) ? closeSchema(one, resolve) : one]),
    );
  }
  if (isSchema(schema.items)) closed.items = closeSchema(schema.items, resolve);
  for (const key of branches) {
    const list = schema[key];
    // A branch beside `properties`, or inside `allOf`, describes a part of an object: the whole is closed, not the part.
    if (Array.isArray(list)) closed[key] = list.map((one) => closeSchema(one, resolve, named || key === 'allOf'));
  }
  if (part) {
    // Stated there as "the rest is judged elsewhere"; it would open the whole.
    if (schema.additionalProperties === true) delete closed.additionalProperties;
    return closed;
  }
  if ((named || Array.isArray(schema.allOf)) && schema.additionalProperties === undefined) {
    closed.unevaluatedProperties = false;
  }
  return closed;
}
