/**
 * Path and query of the next page (OCI Distribution Spec 1.1, "Listing Tags"; RFC 8288), undefined on the last one.
 * The scheme of an absolute address is not looked at: a registry behind a proxy that ends TLS writes `http:`.
 *
 * @throws {RangeError} when the next page is on another host
 */
export function parseLink(header: string | null, page: URL): string | undefined {
  for (const [, target = '', parameters = ''] of (header ?? '').matchAll(/<([^>]*)>([^<]*)/g)) {
    if (!/;\s*rel\s*=\s*(?:"(?:[^"]*\s)?next(?:\s[^"]*)?"|next\b)/i.test(parameters)) continue;
    const url = URL.parse(target, page.href);
    if (url === null || url.host !== page.host) {
      throw new RangeError(`expected the next page on ${page.host}, found ${url?.host ?? 'no address'}`);
    }
    return url.pathname + url.search;
  }
  return undefined;
}
