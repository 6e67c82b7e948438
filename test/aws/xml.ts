/** What an answer holds: a list becomes `<item>`s, undefined is left out. */
export type Value = string | number | boolean | undefined | readonly Value[] | { readonly [name: string]: Value };

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

export function toXml(value: Value): string {
  if (value === undefined) return '';
  if (Array.isArray(value)) return value.map((one) => `<item>${toXml(one)}</item>`).join('');
  if (typeof value !== 'object') return escaped(String(value));
  return Object.entries(value)
    .filter(([, inner]) => inner !== undefined)
    .map(([name, inner]) => `<${name}>${toXml(inner)}</${name}>`)
    .join('');
}
