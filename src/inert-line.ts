/** The second range of control characters, which terminals obey too, and what turns the direction of text or ends a line. */
const dangerous = /[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g;

/**
 * A line of the log that no terminal obeys: what JSON leaves as it is although it acts is written as JSON writes the
 * first range of control characters, `\u009b`. A JSON text means the same as before.
 */
export const inertLine = (line: string): string =>
  line.replace(dangerous, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
