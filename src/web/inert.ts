const start = '\u001b';
/** Colours and "erase to the end of the line": what builders print all the time and means nothing on a page. */
const styling = new RegExp(`${start}\\[[0-9;:]*[mK]`, 'g');
/**
 * Control characters of either range, those that turn the direction of text around so that it reads as something else,
 * and the two that XML does not have.
 */
const dangerous = /[^\P{Cc}\t\n]|[\u202a-\u202e\u2066-\u2069\u2028\u2029\ufffe\uffff]/gu;

/** Text that people wrote or a build printed, with nothing in it that acts: control characters are shown as pictures. */
export function inert(text: string): string {
  return text.replace(styling, '').replace(dangerous, (character) => {
    const code = character.charCodeAt(0);
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    return code === 0x7f ? '\u2421' : '\uFFFD';
  });
}
