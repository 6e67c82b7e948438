import { X509Certificate } from 'node:crypto';
import tls from 'node:tls';
import { Agent } from 'undici';
import { SlipwayError } from '../errors.ts';

/** Milliseconds. */
export type Timeouts = {
  /** Until a connection stands, TLS included. */
  readonly connectMs: number;
  /** Without a byte of the answer. */
  readonly stallMs: number;
};

/**
 * Connections that are kept alive, with time-outs, and with the private authority trusted beside the system's and
 * Node's own ones: a registry of a private authority may keep its blobs in a public store.
 *
 * @param ca PEM of one or more authorities
 * @throws {SlipwayError} `bad-settings` when `ca` is no PEM of certificates
 */
export function createDispatcher(options: { readonly ca: string | undefined; readonly timeouts: Timeouts }): Agent {
  const { connectMs, stallMs } = options.timeouts;
  const authorities = new Set([...tls.getCACertificates('default'), ...tls.getCACertificates('system')]);
  const own = options.ca === undefined ? [] : certificatesOf(options.ca);
  // One context for all connections: to read some hundred authorities anew for each takes longer than a request.
  const secureContext = tls.createSecureContext({ ca: [...authorities, ...own] });
  return new Agent({
    // What the time-outs and the errors do is known for HTTP/1.1.
    allowH2: false,
    connect: { secureContext, timeout: connectMs },
    headersTimeout: stallMs,
    bodyTimeout: stallMs,
  });
}

/** Checked here: Node passes over an authority that it cannot read. */
function certificatesOf(pem: string): readonly string[] {
  const certificates = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? [];
  const wrong = (cause?: unknown): SlipwayError =>
    new SlipwayError('bad-settings', 'REGISTRY_CA_FILE: expected a PEM file of certificates, found something else.', {
      cause,
    });
  if (certificates.length === 0) throw wrong();
  try {
    for (const certificate of certificates) new X509Certificate(certificate);
  } catch (cause) {
    throw wrong(cause);
  }
  return certificates;
}
