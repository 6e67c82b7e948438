import type { Terminal } from '../terminal.ts';

/** Says what was changed outside of the registry's folder. */
export function tellOutside(lines: readonly string[], terminal: Terminal): void {
  if (lines.length > 0) terminal.out(`Outside of its folder:\n${lines.map((line) => `  ${line}\n`).join('')}`);
}
