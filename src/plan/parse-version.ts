import semver from 'semver';

export type ParsedVersion =
  | { readonly kind: 'version'; readonly version: string }
  /** It has the form of a version and cannot be one of ours; the reason goes behind the version in a sentence. */
  | { readonly kind: 'unusable'; readonly text: string; readonly reason: string };

/** A Docker tag holds 128 characters (OCI Distribution Spec 1.1). */
const longest = 128;

/** Longer than any version that semver reads (256), with room for what stands around it. */
const readable = 300;

/** The form alone, for what is too long for semver to judge: three numbers and an ending. Linear. */
const versionLike = /^\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.+-]+)?$/;

/**
 * Reads `1.4.2` by SemVer 2.0.0: exactly, nothing is trimmed or mended. Undefined for what is no version at all.
 */
export function parseVersion(text: string): ParsedVersion | undefined {
  if (text.length > longest) {
    const isLike = versionLike.test(text.slice(0, readable).replace(/[-+.]+$/, ''));
    return isLike
      ? { kind: 'unusable', text, reason: `has ${text.length} characters, and an image's tag holds at most ${longest}` }
      : undefined;
  }
  const parsed = semver.parse(text);
  if (parsed === null) return undefined;
  const exact = parsed.build.length === 0 ? parsed.version : `${parsed.version}+${parsed.build.join('.')}`;
  // semver forgives a leading `v` or `=` and spaces; where these may stand is decided by who calls.
  if (exact !== text) return undefined;
  if (parsed.build.length > 0) {
    return { kind: 'unusable', text, reason: "has build metadata, and an image's tag cannot hold a `+`" };
  }
  return { kind: 'version', version: parsed.version };
}
