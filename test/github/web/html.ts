const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** HTML that is already safe. */
export type Html = { readonly html: string };

const toHtml = (value: unknown): string => {
  if (Array.isArray(value)) return value.map(toHtml).join('');
  if (typeof value === 'object' && value !== null && 'html' in value) return String(value.html);
  return String(value ?? '').replace(/[&<>"']/g, (character) => escapes[character] ?? character);
};

/** Text in a template is escaped, whoever wrote it. */
export const html = (parts: TemplateStringsArray, ...values: readonly unknown[]): Html => ({
  html: parts.map((part, index) => part + (index < values.length ? toHtml(values[index]) : '')).join(''),
});
