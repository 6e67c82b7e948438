import { inert } from './inert.ts';

/** Text of a log line with one look: as it is, or with classes and, for an address, a link. */
export type Segment = string | readonly [text: string, classes: string, href?: string];

/** How text looks from here on (ECMA-48, "Select Graphic Rendition"). */
export type Look = { colour: string; ground: string; bold: boolean; dim: boolean; underline: boolean };

export const plain = (): Look => ({ colour: '', ground: '', bold: false, dim: false, underline: false });

/** Longer lines are cut, and so are lines with more changes of look than this: nobody reads either. */
const longest = 4000;
const mostSegments = 200;

const start = '\u001b';
const styling = new RegExp(`${start}\\[([0-9;:]*)([mK])`, 'g');
const address = /https?:\/\/[^\s<>"'`\u2400-\u2426]+[^\s<>"'`.,;:!?)\]}\u2400-\u2426]/g;
const names = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'];

const named = (code: number): string => `${code >= 8 ? 'bright-' : ''}${names[code % 8]}`;

/** The nearest of the eight colours and their bright ones. */
function nearest(red: number, green: number, blue: number): string {
  const most = Math.max(red, green, blue);
  const bit = (value: number) => (value > most * 0.6 && value > 60 ? 1 : 0);
  const code = bit(red) + 2 * bit(green) + 4 * bit(blue);
  return code === 0 && most > 60 ? 'bright-black' : named(code + (most > 190 ? 8 : 0));
}

function of256(code: number): string {
  if (code < 16) return named(code);
  if (code > 231) return code < 238 ? 'black' : code < 246 ? 'bright-black' : 'white';
  const [level, index] = [[0, 95, 135, 175, 215, 255], code - 16];
  const at = (divisor: number) => level[Math.floor(index / divisor) % 6] ?? 0;
  return nearest(at(36), at(6), at(1));
}

function apply(look: Look, codes: string): void {
  const list = codes.split(/[;:]/).map(Number);
  for (let index = 0; index < list.length; index += 1) {
    const code = list[index] ?? 0;
    if (code === 0) Object.assign(look, plain());
    else if (code === 1) look.bold = true;
    else if (code === 2) look.dim = true;
    else if (code === 4) look.underline = true;
    else if (code === 22) Object.assign(look, { bold: false, dim: false });
    else if (code === 24) look.underline = false;
    else if (code === 39) look.colour = '';
    else if (code === 49) look.ground = '';
    else if (code >= 30 && code <= 37) look.colour = named(code - 30);
    else if (code >= 90 && code <= 97) look.colour = named(code - 82);
    else if (code >= 40 && code <= 47) look.ground = named(code - 40);
    else if (code >= 100 && code <= 107) look.ground = named(code - 92);
    else if (code === 38 || code === 48) {
      const short = list[index + 1] === 5;
      const [, , a = 0, b = 0, c = 0] = list.slice(index);
      look[code === 38 ? 'colour' : 'ground'] = short ? of256(a) : nearest(a, b, c);
      index += short ? 2 : 4;
    }
  }
}

function classesOf({ colour, ground, bold, dim, underline }: Look): string {
  const fore = colour === '' ? [] : [`f-${colour}`];
  const back = ground === '' ? [] : [`g-${ground}`];
  return [...fore, ...back, ...(bold ? ['bold'] : []), ...(dim ? ['dim'] : []), ...(underline ? ['under'] : [])].join(
    ' ',
  );
}

function* withLinks(text: string, classes: string): Generator<Segment> {
  let from = 0;
  const plainly = (part: string): Segment => (classes === '' ? part : [part, classes]);
  for (const { 0: href, index } of text.matchAll(address)) {
    if (index > from) yield plainly(text.slice(from, index));
    yield [href, classes, href];
    from = index + href.length;
  }
  if (from < text.length) yield plainly(text.slice(from));
}

/**
 * A line of a log as text with looks: colours become classes, every other control character is shown as a picture, and
 * nothing in it acts but links to http and https.
 *
 * @param look changed by what the line says; the next line begins with it
 */
export function styledLine(line: string, look: Look): readonly Segment[] {
  const segments: Segment[] = [];
  let room = longest;
  let from = 0;
  const add = (part: string): void => {
    const shown = part.slice(0, room);
    room -= shown.length;
    if (shown !== '') segments.push(...withLinks(inert(shown), classesOf(look)));
  };
  for (const match of line.matchAll(styling)) {
    add(line.slice(from, match.index));
    from = match.index + match[0].length;
    if (match[2] === 'm') apply(look, match[1] ?? '');
    if (room <= 0 || segments.length >= mostSegments) break;
  }
  const rest = line.slice(from);
  if (segments.length < mostSegments) add(rest.replace(styling, ''));
  const left = line.length - longest;
  if (left > 0 && room <= 0) segments.push([` … ${left} more characters`, 'dim']);
  return segments;
}
