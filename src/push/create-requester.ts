import { SlipwayError } from '../errors.ts';
import type { Authorization } from './authorization.ts';
import { isLoopback } from './is-loopback.ts';
import { type Answer, type Line, send } from './send.ts';

/** One request to the registry's API. */
export type Call = {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  /** Path and query below the registry's origin: `/v2/team/orders/tags/list?n=100`. */
  readonly path: string;
  /** What a token has to allow: `repository:team/orders:pull`. */
  readonly scopes: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** What is tried, for the sentences of errors. */
  readonly doing: string;
  readonly signal: AbortSignal;
};

/** Sends a call and gives its answer, whatever the status. A 401 is renewed once, where there is another way to try. */
export type Request = (call: Call) => Promise<Answer>;

const redirects = new Set([301, 302, 303, 307, 308]);
const mostRedirects = 5;

/** Sends calls to one registry, with the authorization that it asks for. */
export function createRequester(parts: {
  readonly line: Line;
  readonly origin: (signal: AbortSignal) => Promise<URL>;
  readonly authorization: Authorization;
}): Request {
  const { line, authorization } = parts;

  return async (call) => {
    const { scopes, signal } = call;
    const origin = await parts.origin(signal);
    const attempt = async (header: string | undefined): Promise<Answer> => {
      const headers = { ...call.headers, ...(header === undefined ? {} : { authorization: header }) };
      return await send(line, { ...call, url: new URL(call.path, origin), headers });
    };
    const header = await authorization.header(scopes, signal);
    let answer = await attempt(header);
    if (answer.status === 401) {
      const challenge = answer.headers.get('www-authenticate') ?? '';
      const refusal = await answer.fail();
      const next = await authorization.renew({ origin, header: challenge, refused: header }, scopes, signal);
      if (next === undefined) throw refusal;
      answer = await attempt(next);
    }
    return call.method === 'GET' || call.method === 'HEAD' ? await follow(line, call, answer) : answer;
  };
}

/** Goes where a registry sends readers (a blob store, mostly), without the authorization: it is for the registry alone. */
async function follow(line: Line, call: Call, first: Answer): Promise<Answer> {
  const { method, headers = {}, doing, signal } = call;
  let answer = first;
  for (let count = 0; redirects.has(answer.status); count += 1) {
    const { host } = answer.url;
    const url = URL.parse(answer.headers.get('location') ?? '', answer.url.href);
    await answer.sum();
    if (url === null || count === mostRedirects) {
      const found = url === null ? 'one that leads nowhere' : `more than ${mostRedirects}`;
      throw new SlipwayError('registry-failed', `Expected a redirect of ${host} to lead to an answer, found ${found}.`);
    }
    if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname))) {
      throw new SlipwayError(
        'registry-untrusted',
        `The registry ${host} redirects to ${url.protocol}//${url.host} while ${doing}: expected an https address.`,
        { help: 'Let the registry name its storage by an https address, or hand blobs out itself.' },
      );
    }
    url.username = '';
    url.password = '';
    answer = await send(line, { method, url, headers, doing, signal });
  }
  return answer;
}
