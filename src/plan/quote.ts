/** Control, format (right-to-left marks, zero-width), unassigned surrogates and line separators: never shown as they are. */
const unseen = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+/gu;

/**
 * Text from people, named in a sentence: in backticks, on one line, at most `most` characters.
 * The backticks say to whoever renders the sentence where the foreign text begins and ends.
 */
export function quote(text: string, most = 80): string {
  // Cut first: what follows then takes bounded time for a text of any length.
  const head = text.slice(0, most + 1);
  const shown = head.toWellFormed().replaceAll('\ufffd', '').replace(unseen, ' ').replaceAll('`', "'");
  return head.length > most
    ? `\`${shown
        .slice(0, most - 1)
        .toWellFormed()
        .replaceAll('\ufffd', '')}…\``
    : `\`${shown}\``;
}
