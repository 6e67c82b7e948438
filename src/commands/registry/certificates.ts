import 'reflect-metadata';
import { randomBytes, type webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';

const { subtle } = globalThis.crypto;
const keyKind = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const signingAlgorithm = { name: 'ECDSA', hash: 'SHA-256' } as const;

const day = 86_400_000;
const authorityDays = 3650;
/** Some clients take no server certificate that is valid for longer than 825 days. */
const serverDays = 820;
/** Clocks of other machines may be behind ours. */
const clockMargin = day;

/** PEM of a certificate and of its key. */
export type Pair = { readonly certificate: string; readonly key: string };

const keyPem = async (key: webcrypto.CryptoKey): Promise<string> =>
  `${PemConverter.encode(await subtle.exportKey('pkcs8', key), 'PRIVATE KEY')}\n`;

/** RFC 5280, 4.1.2.2: positive, at most 20 octets. */
const serialNumber = (): string => `01${randomBytes(15).toString('hex')}`;

const validity = (days: number) => ({
  notBefore: new Date(Date.now() - clockMargin),
  notAfter: new Date(Date.now() + days * day),
});

/** A certificate authority that nobody knows yet. It signs servers, and no other authorities. */
export async function makeAuthority(name: string): Promise<Pair> {
  const keys = await subtle.generateKey(keyKind, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: [{ CN: [name] }],
    ...validity(authorityDays),
    keys,
    signingAlgorithm,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate: `${certificate.toString('pem')}\n`, key: await keyPem(keys.privateKey) };
}

/**
 * A server's certificate, signed by an authority. The names stand in subjectAltName, which is all that today's clients
 * look at.
 *
 * @param names DNS names and IP addresses
 */
export async function issueCertificate(authority: Pair, names: readonly string[], days = serverDays): Promise<Pair> {
  const signer = new X509Certificate(authority.certificate);
  const signingKey = await subtle.importKey('pkcs8', PemConverter.decodeFirst(authority.key), keyKind, false, ['sign']);
  const keys = await subtle.generateKey(keyKind, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: [{ CN: [(names[0] ?? '').slice(0, 64)] }],
    issuer: signer.subjectName,
    ...validity(days),
    publicKey: keys.publicKey,
    signingKey,
    signingAlgorithm,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension(
        names.map((value) => ({ type: isIP(value) === 0 ? ('dns' as const) : ('ip' as const), value })),
      ),
      await AuthorityKeyIdentifierExtension.create(signer),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate: `${certificate.toString('pem')}\n`, key: await keyPem(keys.privateKey) };
}
