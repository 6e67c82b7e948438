import { type ParsedVersion, parseVersion } from './parse-version.ts';

export type VersionLabel =
  | {
      readonly kind: 'version';
      readonly label: string;
      /** Undefined: for every service. */
      readonly service: string | undefined;
      readonly parsed: ParsedVersion;
    }
  /** It says that it is a version label, and holds no version. */
  | { readonly kind: 'malformed'; readonly label: string; readonly service: string | undefined };

/**
 * Reads a label as a version label: `version:1.4.2`, `version/1.4.2`, `version:orders:1.4.2`, `v1.4.2`, `1.4.2`.
 * Undefined for a label about something else, such as `bug`, `v2` or `1.4`.
 */
export function readVersionLabel(given: string): VersionLabel | undefined {
  const label = given.trim();
  const prefix = /^version\s*[:/]/i.exec(label)?.[0];
  if (prefix === undefined) {
    const parsed = parseVersion(label.replace(/^v/i, ''));
    return parsed && { kind: 'version', label, service: undefined, parsed };
  }
  const rest = label.slice(prefix.length).trim();
  // A version holds neither `:` nor `/`, and a service name may hold `/`: the last one parts them.
  const cut = Math.max(rest.lastIndexOf(':'), rest.lastIndexOf('/'));
  const service = cut < 0 ? undefined : rest.slice(0, cut).trim();
  const parsed = parseVersion(rest.slice(cut + 1).trim());
  return parsed && service !== '' ? { kind: 'version', label, service, parsed } : { kind: 'malformed', label, service };
}
