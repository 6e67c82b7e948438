import { Agent } from 'undici';
import { trustedContext } from './trusted-context.ts';

/** Milliseconds. */
export type Timeouts = {
  /** Until a connection stands, TLS included. */
  readonly connectMs: number;
  /** Without a byte of the answer. */
  readonly stallMs: number;
};

/**
 * Connections that are kept alive, with time-outs, and with the private authority trusted beside the others.
 *
 * @param ca PEM of one or more authorities
 * @throws {SlipwayError} `bad-settings` when `ca` is no PEM of certificates
 */
export function createDispatcher(options: { readonly ca: string | undefined; readonly timeouts: Timeouts }): Agent {
  const { connectMs, stallMs } = options.timeouts;
  // One context for all connections: to read some hundred authorities anew for each takes longer than a request.
  const secureContext = trustedContext(options.ca);
  return new Agent({
    // What the time-outs and the errors do is known for HTTP/1.1.
    allowH2: false,
    connect: { secureContext, timeout: connectMs },
    headersTimeout: stallMs,
    bodyTimeout: stallMs,
  });
}
