import { SlipwayError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Address } from './parse-address.ts';
import { type Line, send } from './send.ts';
import { isPlainHttp } from './tls-problem.ts';
import { untilAborted } from './until-aborted.ts';

const doing = 'finding out how it speaks';

/** Whether the error's innermost reason is an answer in plain http. */
function saysPlainHttp(error: SlipwayError): boolean {
  let inner: unknown = error;
  while (inner instanceof Error) {
    if ('code' in inner && isPlainHttp(String(inner.code))) return true;
    inner = inner.cause;
  }
  return false;
}

/**
 * Where the registry's API answers: https, always. Only a registry on this very machine is allowed plain http, when
 * https is not spoken there; the answer is found once and kept. (Docker's rule for 127.0.0.0/8.)
 *
 * @returns the origin, `https://registry.lan:5000`; rejects with `registry-unavailable` when a loopback registry answers neither way
 */
export function createOriginFinder({ address, line, log }: { address: Address; line: Line; log: Log }) {
  const secure = new URL(`https://${address.apiHost}/`);
  const plain = new URL(`http://${address.apiHost}/`);
  let finding: Promise<URL> | undefined;

  async function find(): Promise<URL> {
    try {
      await (await send(line, { method: 'GET', url: new URL('/v2/', secure), doing })).sum();
      return secure;
    } catch (error) {
      if (!(error instanceof SlipwayError)) throw error;
      if (saysPlainHttp(error)) return plain;
      // An untrusted certificate is the answer of a server that speaks https.
      if (error.code === 'registry-untrusted') return secure;
      const answer = await send(line, { method: 'GET', url: new URL('/v2/', plain), doing }).catch(() => undefined);
      const { status = 0 } = (await answer?.sum()) ?? {};
      // A TLS server answers 400 to plain http: only what a registry says counts.
      if (status !== 200 && status !== 401) throw error;
      return plain;
    }
  }

  return async (signal: AbortSignal): Promise<URL> => {
    if (!address.loopback) return secure;
    finding ??= find().then(
      (origin) => {
        log.debug({ registry: address.host, protocol: origin.protocol }, 'the registry is on this machine');
        return origin;
      },
      (error: unknown) => {
        finding = undefined;
        throw error;
      },
    );
    return await untilAborted(finding, signal, doing);
  };
}
