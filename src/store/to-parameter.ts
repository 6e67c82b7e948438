import type { Value } from './database.ts';

/** PostgreSQL's text holds neither the character 0 nor half a surrogate pair, and what people and builds write may. */
const storable = (text: string): string => text.toWellFormed().replaceAll('\0', '\uFFFD');

/** A value as both drivers take it. */
export function toParameter(value: Value): string | number | boolean | string[] | null {
  if (typeof value === 'string') return storable(value);
  if (value === undefined || value === null) return null;
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'object') return value.map(storable);
  return value;
}
