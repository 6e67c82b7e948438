import { cleanText } from './clean-text.ts';

const unknownAuthority = {
  found: 'its certificate is signed by an authority that is not known here',
  help: 'Set REGISTRY_CA_FILE to the PEM file of the authority that signed the registry’s certificate.',
};
const date = (found: string) => ({ found, help: 'Renew the registry’s certificate, and check the clocks.' });

const problems: Readonly<Record<string, { readonly found: string; readonly help: string }>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: {
    found: 'its certificate is signed by itself',
    help: 'Set REGISTRY_CA_FILE to the PEM file of this certificate.',
  },
  SELF_SIGNED_CERT_IN_CHAIN: unknownAuthority,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: unknownAuthority,
  UNABLE_TO_GET_ISSUER_CERT: unknownAuthority,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: unknownAuthority,
  CERT_SIGNATURE_FAILURE: unknownAuthority,
  CERT_UNTRUSTED: unknownAuthority,
  CERT_HAS_EXPIRED: date('its certificate has expired'),
  CERT_NOT_YET_VALID: date('its certificate is not valid yet'),
};

/** What a TLS error means, in words; undefined when it is none. */
export function tlsProblem(error: Error): { found: string; help: string } | undefined {
  const code = 'code' in error ? String(error.code) : '';
  const known = problems[code];
  if (known !== undefined) return known;
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return {
      found: `its certificate is for other names (${namesOf(error)})`,
      help: 'Name the registry in REGISTRY as its certificate does, or give it a certificate with this name in subjectAltName.',
    };
  }
  if (isPlainHttp(code)) {
    return {
      found: 'it speaks plain http where https was expected',
      help: 'Give the registry a certificate. Plain http is spoken only to a registry on this machine (localhost).',
    };
  }
  if (/^(ERR_SSL_|CERT_|UNABLE_TO_|EPROTO$)/.test(code)) {
    return { found: `no encrypted connection came about (${code})`, help: 'Check the registry’s TLS settings.' };
  }
  return undefined;
}

/** Whether the other side answered a TLS greeting with something else, as a plain http server does. */
export function isPlainHttp(code: string): boolean {
  return /^ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG)$/.test(code);
}

/** The names that the certificate is for, which Node keeps beside its own sentence. */
function namesOf(error: Error): string {
  const { subjectaltname } = ('cert' in error ? error.cert : {}) as { readonly subjectaltname?: string };
  return cleanText(subjectaltname ?? 'it has no subjectAltName');
}
