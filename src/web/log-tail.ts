import type { LogChunk } from '../store/store.ts';
import { inert } from './inert.ts';

export type LogTail = {
  /** The last lines, inert. */
  readonly lines: readonly string[];
  /** Number of the first of them, from 1. */
  readonly first: number;
};

const longest = 4000;

/** The last lines of a log, at most `most`. Carriage returns, which progress bars draw over a line with, end lines too. */
export function logTail(chunks: readonly Pick<LogChunk, 'text'>[], most: number): LogTail {
  let lines: string[] = [];
  let dropped = 0;
  let open = '';
  let more = 0;
  const add = (part: string) => {
    const room = longest - open.length;
    open += part.slice(0, room);
    more += Math.max(0, part.length - room);
  };
  const close = () => {
    lines.push(more === 0 ? open : `${open} … ${more} more characters`);
    open = '';
    more = 0;
    if (lines.length < most * 2) return;
    dropped += lines.length - most;
    lines = lines.slice(-most);
  };
  for (const { text } of chunks) {
    for (const [index, part] of text.split(/\r*\n|\r+/).entries()) {
      if (index > 0) close();
      add(part);
    }
  }
  if (open !== '') close();
  dropped += Math.max(0, lines.length - most);
  return { lines: lines.slice(-most).map(inert), first: dropped + 1 };
}
