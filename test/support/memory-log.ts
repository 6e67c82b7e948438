import { createLog, type Log } from '../../src/log.ts';

export type LogLine = Readonly<Record<string, unknown>> & { readonly msg: string; readonly level: string };

/** A log that is kept in memory, line by line, as it would be printed. */
export function memoryLog(level = 'debug'): { readonly log: Log; readonly lines: readonly LogLine[]; text(): string } {
  const lines: LogLine[] = [];
  const raw: string[] = [];
  const write = (line: string) => {
    raw.push(line);
    lines.push(JSON.parse(line));
  };
  return { log: createLog(level, { write }), lines, text: () => raw.join('') };
}
