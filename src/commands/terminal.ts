import type { BuildEvent, BuildStep } from '../build-terms.ts';

/** Where a command speaks: results on `out`, everything else on `err`. */
export type Terminal = {
  out(text: string): void;
  err(text: string): void;
  /** Whether people watch: a line may be written over. */
  readonly live: boolean;
};

/** Colours only where people watch, and never against NO_COLOR (no-color.org). */
export function processTerminal(): Terminal {
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    live: process.stderr.isTTY === true,
  };
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
const control = /\u001b\[[0-9;?]*[A-Za-z]|[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** A line of a build's output cannot move the cursor or write a title. */
export const inert = (text: string): string => text.replace(control, '');

const clearLine = '\r\u001b[2K';

/** Shows a build as it goes: a line for each step, and, where people watch, the running one in place. */
export function showProgress(terminal: Terminal) {
  const shown = new Set<string>();
  const atLineStart = terminal.live ? clearLine : '';
  function step({ id, name, startedAt, endedAt, cached, error }: BuildStep): void {
    if (endedAt === undefined && !cached) {
      if (terminal.live) terminal.err(`${clearLine}  … ${inert(name).slice(0, 70)}`);
      return;
    }
    if (shown.has(id)) return;
    shown.add(id);
    const seconds =
      startedAt === undefined || endedAt === undefined ? 0 : (endedAt.getTime() - startedAt.getTime()) / 1000;
    const time = cached ? 'cached' : `${seconds.toFixed(1)} s`;
    terminal.err(`${atLineStart}  ${error === undefined ? '✓' : '✗'} ${inert(name)} (${time})\n`);
  }
  return {
    phase: (phase: string) => terminal.err(`${atLineStart}${phase}\n`),
    event(event: BuildEvent): void {
      if (event.kind === 'step') step(event.step);
      else if (event.kind === 'note') terminal.err(`${atLineStart}note: ${inert(event.text)}\n`);
      else terminal.err(atLineStart + inert(event.text).replace(/^(?=.)/gm, '    '));
    },
    end: () => terminal.err(atLineStart),
  };
}
