import { type ParsedVersion, parseVersion } from './parse-version.ts';

export type TitleVersion = {
  /** As it stands in the title: `v1.4.2`. */
  readonly text: string;
  readonly parsed: ParsedVersion;
  /** Index of its first character in the title. */
  readonly start: number;
};

/** Twice and more what GitHub lets a title have. */
export const longestTitle = 1024;

/** What bounds a version in a title; an `@` bounds it on the left alone, as in `orders@1.4.2`. */
const words = /[^\s()[\],:;]+/g;

/** Every version in a title, from left to right, wherever it stands. */
export function versionsInTitle(title: string): readonly TitleVersion[] {
  if (title.length > longestTitle) return [];
  return [...title.matchAll(words)].flatMap((match) => {
    const left = match[0].lastIndexOf('@') + 1;
    const text = match[0].slice(left).replace(/\.$/, '');
    const parsed = parseVersion(text.replace(/^v/i, ''));
    return parsed ? [{ text, parsed, start: match.index + left }] : [];
  });
}

/**
 * Whether what stands before a version makes it the version of a release: nothing, a bracket, or one of the words with
 * white space and `:@()[]` between.
 */
export function isReleasePlace(before: string, serviceName: string): boolean {
  if (/^\s*[([]?\s*$/.test(before)) return true;
  const text = withoutEnding(before).toLowerCase();
  return ['release', 'version', serviceName.toLowerCase()].some((word) => {
    if (word === '' || !text.endsWith(word)) return false;
    // `prerelease 1.0.0`, `my-orders 1.0.0` and `billing/orders 1.0.0` are about something else; `@acme/orders@1.0.0` is not.
    const previous = text
      .slice(0, text.length - word.length)
      .replace(/(^|\s)@[^\s/]+\/$/, '$1')
      .at(-1);
    return previous === undefined || /[\s()[\],:;@]/.test(previous);
  });
}

/** A loop and no expression: one that is not bound to the start takes quadratic time over a long run of spaces. */
function withoutEnding(text: string): string {
  let end = text.length;
  while (end > 0 && /[\s:@()[\]]/.test(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}
