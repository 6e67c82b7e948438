/** What stands where a secret stood. */
const hidden = '[hidden]';
/** Shorter values are no keys, and would hide half of a log. */
const shortest = 8;
/** Characters of one line that are held back at most. */
const longestLine = 2 ** 16;

/** Takes secrets out of text that arrives in pieces. */
export type Redactor = {
  /** What can be shown now; the rest waits for what comes behind it. */
  add(piece: string): string;
  end(): string;
  /** Takes them out of a text that is whole. */
  clean(text: string): string;
};

/** Each secret as it is, and as addresses and headers carry it. */
function formsOf(secret: string): readonly string[] {
  return [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64')];
}

export function createRedactor(secrets: readonly string[]): Redactor {
  const forms = [...new Set(secrets.filter((secret) => secret.length >= shortest).flatMap(formsOf))];
  // The longest first: one may be part of another.
  forms.sort((one, other) => other.length - one.length);
  const longest = forms[0]?.length ?? 0;
  const clean = (text: string): string => forms.reduce((shown, form) => shown.replaceAll(form, hidden), text);
  let waiting = '';
  return {
    clean,
    add(piece) {
      waiting += piece;
      // None holds a line's end, so that whole lines can be shown at once.
      let ready = waiting.lastIndexOf('\n') + 1;
      if (waiting.length - ready > longestLine) ready = waiting.length - longest;
      // A secret that begins before this place and ends behind it has to wait as a whole.
      for (const form of forms) {
        const at = waiting.indexOf(form, Math.max(0, ready - form.length + 1));
        if (at >= 0 && at < ready) ready = at;
      }
      const shown = clean(waiting.slice(0, ready));
      waiting = waiting.slice(ready);
      return shown;
    },
    end() {
      const shown = clean(waiting);
      waiting = '';
      return shown;
    },
  };
}
