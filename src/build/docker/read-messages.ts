import type { Readable } from 'node:stream';
import { SlipwayError } from '../../errors.ts';

/** One line of the engine's answer to a build or a push. */
export type EngineMessage = {
  readonly stream?: string;
  readonly status?: string;
  readonly id?: string;
  readonly progress?: string;
  readonly aux?: unknown;
  readonly error?: string;
  readonly errorDetail?: { readonly code?: number; readonly message?: string };
};

function parse(line: Buffer): EngineMessage {
  try {
    const message: unknown = JSON.parse(line.toString('utf8'));
    if (typeof message === 'object' && message !== null) return message;
    throw new TypeError(`expected an object, found ${typeof message}`);
  } catch (cause) {
    throw new SlipwayError(
      'engine-lost',
      'The engine’s answer broke off: expected a line of JSON, found something else.',
      {
        transient: true,
        cause,
      },
    );
  }
}

/**
 * The messages of an engine's streamed answer, one at a time and only as fast as they are taken. Rejects with the
 * stream's own error when it breaks.
 */
export async function* readMessages(stream: Readable): AsyncGenerator<EngineMessage, void, undefined> {
  // The pieces of a line are joined once, at its end: a long line would else be copied over and over.
  let pieces: Buffer[] = [];
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      const line = Buffer.concat([...pieces, chunk.subarray(start, end)]);
      pieces = [];
      start = end + 1;
      // The engine ends its lines with CR LF, and some are empty.
      if (line.length > 1) yield parse(line);
    }
    if (start < chunk.length) pieces.push(chunk.subarray(start));
  }
  const rest = Buffer.concat(pieces);
  if (rest.length > 1) yield parse(rest);
}

/** What a message says went wrong, where it does: the engine answers 200 and says so inside the stream. */
export function failureIn(message: EngineMessage): { text: string; exitCode: number | undefined } | undefined {
  if (message.error === undefined && message.errorDetail === undefined) return undefined;
  const text = message.errorDetail?.message ?? message.error ?? 'an error without a word';
  return { text, exitCode: message.errorDetail?.code };
}
