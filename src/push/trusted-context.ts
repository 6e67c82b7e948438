import { X509Certificate } from 'node:crypto';
import tls from 'node:tls';
import { SlipwayError } from '../errors.ts';

/**
 * Whom a registry's certificate may be signed by: the private authority beside the system's and Node's own ones, since a
 * registry of a private authority may keep its blobs in a public store.
 *
 * @param ca PEM of one or more authorities
 * @throws {SlipwayError} `bad-settings` when `ca` is no PEM of certificates
 */
export function trustedContext(ca: string | undefined): tls.SecureContext {
  const authorities = new Set([...tls.getCACertificates('default'), ...tls.getCACertificates('system')]);
  return tls.createSecureContext({ ca: [...authorities, ...(ca === undefined ? [] : certificatesOf(ca))] });
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
