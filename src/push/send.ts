import { type Dispatcher, fetch, type Headers } from 'undici';
import { SlipwayError } from '../errors.ts';
import { connectionError } from './connection-error.ts';
import { type BadAnswer, responseError } from './response-error.ts';

export type Account = { readonly username: string; readonly password: string };

/** How requests get to their server, and who we are there (for the sentences of errors only). */
export type Line = { readonly dispatcher: Dispatcher; readonly account: Account | undefined };

export type Outgoing = {
  readonly method: string;
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** What is tried, for the sentences of errors: `listing the tags of team/orders`. */
  readonly doing: string;
  readonly signal?: AbortSignal;
};

export type Answer = {
  readonly status: number;
  readonly headers: Headers;
  readonly url: URL;
  /** The whole body; more bytes than these are refused. */
  read(most: number): Promise<Uint8Array>;
  /** Status, and as much of the body as an error needs. Also the way to let go of a body that nobody needs. */
  sum(): Promise<BadAnswer>;
  /** The error that this answer is. */
  fail(): Promise<SlipwayError>;
};

const errorBody = 64 * 2 ** 10;

/**
 * One request and its answer, whatever the status. Redirects are not followed: credentials must not travel along.
 *
 * @throws {SlipwayError} `registry-unavailable`, `registry-untrusted`, `cancelled`; so do the answer's readers
 */
export async function send(line: Line, outgoing: Outgoing): Promise<Answer> {
  const { method, url, doing, signal } = outgoing;
  const errand = { host: url.host, doing };
  const broken = (error: unknown): SlipwayError => connectionError(error, errand, signal);
  const response = await fetch(url, {
    method,
    // A digest is one of the bytes as they are stored.
    headers: { 'user-agent': 'slipway', 'accept-encoding': 'identity', ...outgoing.headers },
    body: outgoing.body ?? null,
    redirect: 'manual',
    dispatcher: line.dispatcher,
    signal: signal ?? null,
  }).catch((error: unknown) => {
    throw broken(error);
  });

  /** At most this many bytes; leaving the loop early closes the connection. */
  async function take(most: number): Promise<{ bytes: Uint8Array; whole: boolean }> {
    const chunks: Uint8Array[] = [];
    let length = 0;
    try {
      for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
        length += chunk.length;
        if (length > most) return { bytes: Buffer.concat(chunks), whole: false };
        chunks.push(chunk);
      }
    } catch (error) {
      throw broken(error);
    }
    return { bytes: Buffer.concat(chunks), whole: true };
  }

  let summed: Promise<BadAnswer> | undefined;
  const sum = (): Promise<BadAnswer> => {
    summed ??= take(errorBody).then(({ bytes }) => ({
      status: response.status,
      retryAfter: response.headers.get('retry-after'),
      text: Buffer.from(bytes).toString('utf8'),
    }));
    return summed;
  };

  return {
    status: response.status,
    headers: response.headers,
    url,
    async read(most) {
      const { bytes, whole } = await take(most);
      if (whole) return bytes;
      throw new SlipwayError(
        'registry-failed',
        `The registry ${url.host} answered with more than ${most / 2 ** 20} MiB while ${doing}.`,
      );
    },
    sum,
    fail: async () => responseError(await sum(), errand, line.account),
  };
}
