import { SlipwayError } from '../../errors.ts';

const authority = /certificate signed by unknown authority|certificate is not trusted/i;
const names = /certificate is (?:not )?valid for|doesn't contain any IP SANs|not valid for any names/i;
const time = /certificate has expired|not yet valid/i;
const plain = /server gave HTTP response to HTTPS client/i;
const refused =
  /unauthorized|authentication required|no basic auth credentials|access denied|denied:|status(?: code)?:? 40[13]/i;
/** Of a registry on its own machine an engine tells only of its second try, in plain http, after TLS did not let it in. */
const secondTry = /Client sent an HTTP request to an HTTPS server/i;
const missing = /manifest unknown|not found|name unknown/i;

/**
 * What the engine's words about a pull from our registry mean.
 *
 * @param registry host:port
 */
export function explainPullFailure(text: string, registry: string): SlipwayError {
  const cause = new Error(text);
  const untrusted = (found: string, help: string): SlipwayError =>
    new SlipwayError('registry-untrusted', `The engine does not trust the registry ${registry}: ${found} (${text}).`, {
      help,
      cause,
    });
  if (authority.test(text)) {
    const help = `Put the registry’s authority into /etc/docker/certs.d/${registry}/ca.crt on the engine’s machine.`;
    return untrusted('its certificate is signed by an authority that is not known there', help);
  }
  if (names.test(text)) {
    const help = 'Name the registry as its certificate does; or `slipway registry up --host NAME --ip ADDRESS`.';
    return untrusted('its certificate is for other names', help);
  }
  if (time.test(text)) {
    const help = '`slipway registry up` renews the certificate; check the clocks too.';
    return untrusted('its certificate has expired, or is not valid yet', help);
  }
  if (plain.test(text)) return untrusted('it speaks plain http', 'Give it TLS: `slipway registry up`.');
  if (refused.test(text) || secondTry.test(text)) {
    return new SlipwayError('registry-refused', `The registry ${registry} refused the engine: ${text}`, {
      help: 'Check REGISTRY_USERNAME and REGISTRY_PASSWORD, and that this account may pull.',
      cause,
    });
  }
  if (missing.test(text)) return new SlipwayError('registry-failed', `The registry ${registry}: ${text}`, { cause });
  return new SlipwayError('registry-unavailable', `The engine cannot pull from the registry ${registry}: ${text}`, {
    help: 'Check that the registry runs, and that the engine’s machine reaches it by this name.',
    transient: true,
    cause,
  });
}
