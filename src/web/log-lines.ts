import type { LogChunk } from '../store/store.ts';
import { plain, type Segment, styledLine } from './styled-line.ts';

/** Lines that belong together: those of one step, or what Slipway itself says between steps. */
export type LogPart = {
  /** Empty: of no step. */
  readonly step: string;
  readonly lines: readonly LogLine[];
};

/** Number, and what is shown. 0: it stands for lines that are gone. A number that was there already goes on with its line. */
export type LogLine = readonly [number: number, segments: readonly Segment[]];

/** The lines of chunks, in order; what follows of one step stands together. */
export function logLines(chunks: readonly LogChunk[]): readonly LogPart[] {
  const parts: { step: string; lines: LogLine[] }[] = [];
  for (const { text, stepId = '', firstLine, leftOut } of chunks) {
    const lines = text.split('\n');
    // What ends with a line end has nothing behind it.
    if (lines.at(-1) === '') lines.pop();
    let part = parts.at(-1);
    if (part?.step !== stepId) {
      part = { step: stepId, lines: [] };
      parts.push(part);
    }
    const look = plain();
    for (const [index, line] of lines.entries()) {
      part.lines.push([leftOut ? 0 : firstLine + index, styledLine(line.replace(/\r$/, ''), look)]);
    }
  }
  return parts;
}
