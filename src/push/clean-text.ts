const longest = 300;

/**
 * Text of another server, made fit for a sentence: one line, bounded, without control characters, and without what
 * could be a secret (queries and user parts of addresses, authorization values, the given words).
 */
export function cleanText(text: string, secrets: readonly string[] = []): string {
  let clean = text.slice(0, 10 * longest);
  for (const secret of secrets) {
    if (secret !== '') clean = clean.replaceAll(secret, '[hidden]');
  }
  clean = clean
    .replace(/\b(Basic|Bearer)\s+[\w.~+/=-]{8,}/gi, '$1 [hidden]')
    .replace(/\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, '[hidden]')
    .replace(/\/\/[^\s/@]+@/g, '//')
    .replace(/(\/\/[^\s?"']+)\?[^\s"']*/g, '$1')
    .replace(/[\p{C}\s]+/gu, ' ')
    .trim();
  return clean.length > longest ? `${clean.slice(0, longest - 1)}…` : clean;
}
