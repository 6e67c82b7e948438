import { createHash } from 'node:crypto';
import type { BadgeState } from '../store/store.ts';
import { escapeText } from './escape-text.ts';
import { inert } from './inert.ts';

export type BadgeContent = { readonly message: string; readonly colour: keyof typeof colours };

const colours = { green: '#217a38', red: '#c0281c', blue: '#0b62ac', grey: '#5f6b78' } as const;

/**
 * The words and the colour of a badge: the last good version, also while builds fail. What nobody may know of looks like
 * what has not happened yet.
 */
export function badgeContent({ last, good }: BadgeState): BadgeContent {
  if (last === undefined) return { message: 'none yet', colour: 'grey' };
  if (last.verdict === 'failed') {
    return { message: good === undefined ? 'failing' : `failing (${good})`, colour: 'red' };
  }
  return { message: last.version, colour: last.version.includes('-') ? 'blue' : 'green' };
}

/** Pixels that text takes at 11 px in a usual sans-serif; `textLength` makes it exact. */
function widthOf(text: string): number {
  let width = 0;
  for (const character of text) {
    if (/[ijl.,:;|!'()[\] ]/.test(character)) width += 3.6;
    else if (/[mwMW@%]/.test(character)) width += 10;
    else if (/[A-Z]/.test(character)) width += 7.6;
    else width += /[ -~]/.test(character) ? 6.5 : 11;
  }
  return Math.round(width);
}

/** The badge as SVG, as those on GitHub's pages look. */
export function badgeSvg(label: string, { message, colour }: BadgeContent): string {
  const [left, right] = [inert(label), inert(message)];
  const [a, b] = [widthOf(left), widthOf(right)];
  const [first, second] = [a + 12, b + 12];
  const width = first + second;
  const text = (words: string, x: number, length: number) =>
    `<text x="${x}" y="14" textLength="${length}" lengthAdjust="spacingAndGlyphs">${escapeText(words)}</text>`;
  const name = escapeText(`${left}: ${right}`);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="20" role="img" aria-label="${name}"><title>${name}</title><clipPath id="r"><rect width="${width}" height="20" rx="3"/></clipPath><g clip-path="url(#r)"><rect width="${first}" height="20" fill="#444d56"/><rect x="${first}" width="${second}" height="20" fill="${colours[colour]}"/></g><g fill="#fff" font-family="Verdana,Geneva,DejaVu Sans,sans-serif" font-size="11">${text(left, 6, a)}${text(right, first + 6, b)}</g></svg>
`;
}

/** What Shields reads (shields.io, "Endpoint Badge"). */
export const badgeJson = (label: string, { message, colour }: BadgeContent): string =>
  `${JSON.stringify({ schemaVersion: 1, label, message, color: colours[colour].slice(1), isError: colour === 'red' })}\n`;

export const tagOf = (body: string): string =>
  `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
