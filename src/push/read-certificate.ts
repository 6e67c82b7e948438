import { once } from 'node:events';
import { isIP } from 'node:net';
import tls, { type DetailedPeerCertificate } from 'node:tls';
import { cleanText } from './clean-text.ts';
import { connectionError } from './connection-error.ts';
import { tlsProblem } from './tls-problem.ts';

/** What a server shows of itself when a TLS connection begins. */
export type ShownCertificate = {
  /** When the first certificate of the chain ends; undefined where no encrypted connection came about. */
  readonly endsAt?: Date;
  /** Names from the server's own certificate up to the authority's. */
  readonly chain: readonly string[];
  /** Why it is not trusted. */
  readonly problem?: { readonly found: string; readonly help: string };
};

function chainOf(first: DetailedPeerCertificate): readonly DetailedPeerCertificate[] {
  const chain: DetailedPeerCertificate[] = [];
  let next: DetailedPeerCertificate | undefined = first;
  // An authority that has signed itself is its own issuer.
  while (next?.valid_to !== undefined && !chain.some(({ fingerprint256 }) => fingerprint256 === next?.fingerprint256)) {
    chain.push(next);
    next = next.issuerCertificate;
  }
  return chain;
}

const nameOf = ({ subject, subjectaltname }: DetailedPeerCertificate): string =>
  cleanText(String(subject.CN ?? subject.O ?? subjectaltname ?? 'without a name'));

/**
 * Reads the certificates of a server, trusted or not.
 *
 * @throws {SlipwayError} `registry-unavailable`, `timeout`, `cancelled`
 */
export async function readCertificate(
  url: URL,
  secureContext: tls.SecureContext,
  signal: AbortSignal,
): Promise<ShownCertificate> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const socket = tls.connect({
    host,
    port: Number(url.port || 443),
    ...(isIP(host) === 0 ? { servername: host } : {}),
    secureContext,
    // It is read whatever it is; nothing is sent over this connection.
    rejectUnauthorized: false,
  });
  try {
    await once(socket, 'secureConnect', { signal });
    const certificate = socket.getPeerCertificate(true);
    const chain = chainOf(certificate);
    const endsAt = new Date(Math.min(...chain.map(({ valid_to: end }) => Date.parse(end))));
    const shown = { endsAt, chain: chain.map(nameOf) };
    if (socket.authorized) return shown;
    const code = String(socket.authorizationError);
    const problem = tlsProblem(Object.assign(new Error(code), { code, cert: certificate }));
    return { ...shown, problem: problem ?? { found: cleanText(code), help: 'Check the registry’s certificate.' } };
  } catch (error) {
    const problem = error instanceof Error ? tlsProblem(error) : undefined;
    if (problem !== undefined) return { chain: [], problem };
    throw connectionError(error, { host: url.host, doing: 'reading its certificate' }, signal);
  } finally {
    socket.destroy();
  }
}
