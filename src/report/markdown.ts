import { stripVTControlCharacters } from 'node:util';

/** Between the sign that makes a mention and the name: shown as nothing, and no mention any more. */
const break_ = '\u200b';

const unseen = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+/gu;

/** Cut on a character's border, with `…` where something is left out. */
export function cut(text: string, most: number): string {
  return text.length <= most
    ? text
    : `${text
        .slice(0, Math.max(0, most - 1))
        .toWellFormed()
        .replace(/\ufffd$/, '')}…`;
}

/** One line of visible characters: no control, right-to-left or zero-width characters, and no terminal's colours. */
export function oneLine(text: string): string {
  return stripVTControlCharacters(text).replaceAll(unseen, ' ').replaceAll(/\s+/g, ' ').trim();
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  // As references and not with a backslash, which a table's cell, mathematics and a link's label each read differently.
  '|': '&#124;',
  '[': '&#91;',
  ']': '&#93;',
  $: '&#36;',
  '@': `@${break_}`,
  '#': `#${break_}`,
};

/**
 * Text from people as plain prose: it starts no Markdown, no HTML, no link, no mention and no reference to an issue,
 * in a paragraph, a list's item or a table's cell.
 */
export function prose(text: string): string {
  return oneLine(text)
    .replaceAll(/[\\`*_{}~]/g, '\\$&')
    .replaceAll(/[&<>|[\]$@#]/g, (sign) => escapes[sign] ?? sign)
    .replaceAll('://', `:${break_}//`)
    .replaceAll(/www\./gi, (sign) => `${sign.slice(0, 3)}${break_}.`)
    .replaceAll(/GH-(?=\d)/gi, (sign) => `${sign.slice(0, 2)}${break_}-`)
    .replace(/^[-+=]/, '\\$&')
    .replace(/^(\d+)([.)])(?=\s|$)/, '$1\\$2');
}

/** Text from people as code on one line. GitHub mentions nobody inside of code. */
export function code(text: string): string {
  const line = oneLine(text);
  if (line === '') return '<code></code>';
  // A backtick would end the code, a bar a table's cell, and a backslash at the end reads badly in both.
  return /[`|\\]/.test(line) ? `<code>${prose(line)}</code>` : `\`${line}\``;
}

/** A sentence of ours that holds text from people in backticks: the backticks stay code, all the rest is prose. */
export function sentence(text: string): string {
  const parts = oneLine(text).split('`');
  // A backtick without its other one is a letter like any other.
  const last = parts.length % 2 === 0 ? `\`${parts.pop() ?? ''}` : '';
  const marked = parts.map((part, index) => (index % 2 === 1 ? code(part) : spaced(part)));
  return `${marked.join('')}${last === '' ? '' : spaced(last)}`;
}

/** Prose that keeps the space to its neighbours. */
function spaced(text: string): string {
  const inner = prose(text);
  return inner === ''
    ? text === ''
      ? ''
      : ' '
    : `${text.startsWith(' ') ? ' ' : ''}${inner}${text.endsWith(' ') ? ' ' : ''}`;
}

/** A line of a log as a terminal shows it: what a progress bar wrote over is gone. */
function logLine(text: string): string {
  const line = text.trimEnd();
  return stripVTControlCharacters(line.slice(line.lastIndexOf('\r') + 1).slice(0, 4000))
    .replaceAll('\t', '    ')
    .replaceAll(unseen, '')
    .trimEnd();
}

/** Lines of a log as a block that nothing in them can end, the last ones where there is not room for all. */
export function fence(lines: readonly string[], most: { readonly lines: number; readonly characters: number }): string {
  const shown: string[] = [];
  let room = most.characters;
  for (const line of lines.slice(-most.lines).reverse()) {
    const text = cut(logLine(line), 500);
    room -= text.length + 1;
    if (room < 0) break;
    shown.unshift(text);
  }
  const longest = Math.max(2, ...shown.flatMap((line) => (line.match(/`+/g) ?? []).map((run) => run.length)));
  const border = '`'.repeat(longest + 1);
  return [`${border}text`, ...shown, border].join('\n');
}

/** A link whose address is ours; what is no http address becomes the label alone. */
export function link(label: string, address: string): string {
  const url = URL.parse(address);
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) return prose(label);
  return `[${prose(label)}](${url.href.replaceAll(/[()<>\s|`\\]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)})`;
}

/** A table of Markdown; its cells are Markdown already. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n');
}
