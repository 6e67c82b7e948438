import { SlipwayError } from '../../errors.ts';
import { explainEngineError } from './explain-engine-error.ts';

const plain = /server gave HTTP response to HTTPS client/i;
const untrusted = /x509:|tls: (?!handshake timeout)|remote error: tls/i;
const refused =
  /unauthorized|authentication required|no basic auth credentials|authorization failed|access denied|denied:|HTTP status(?: code)?:? 40[13]/i;
const unavailable =
  /connection refused|connection reset|broken pipe|no such host|i\/o timeout|TLS handshake timeout|network is unreachable|no route to host|server misbehaving|deadline exceeded|\bEOF\b|too ?many ?requests|HTTP status(?: code)?:? (?:429|5\d\d)|request canceled|Client\.Timeout/i;
/** docker-registry 2.8 says so where another engine pushes a layer of the image to the same repository at that moment. */
const disturbed = /digest invalid: provided digest did not match uploaded content/i;

/**
 * What the engine's words about a push mean.
 *
 * @param registry host and port
 */
export function explainPushFailure(text: string, registry: string): SlipwayError {
  const cause = new Error(text);
  if (/no space left on device/i.test(text)) return explainEngineError(cause, 'pushing the image');
  if (plain.test(text)) {
    return new SlipwayError('registry-untrusted', `The registry ${registry} speaks plain http: ${text}`, {
      help: `Give it TLS, or name ${registry} under "insecure-registries" in the engine’s daemon.json.`,
      cause,
    });
  }
  if (untrusted.test(text)) {
    return new SlipwayError('registry-untrusted', `The engine does not trust the registry ${registry}: ${text}`, {
      help: `Put the registry’s authority into /etc/docker/certs.d/${registry}/ca.crt on the engine’s machine.`,
      cause,
    });
  }
  if (refused.test(text)) {
    return new SlipwayError('registry-refused', `The registry ${registry} refused the push: ${text}`, {
      help: 'Check REGISTRY_USERNAME and REGISTRY_PASSWORD, and that this account may push.',
      cause,
    });
  }
  if (unavailable.test(text) || disturbed.test(text)) {
    return new SlipwayError('registry-unavailable', `The registry ${registry} could not take the push: ${text}`, {
      help: 'Slipway tries again by itself.',
      transient: true,
      cause,
    });
  }
  return new SlipwayError('registry-failed', `The push to ${registry} failed: ${text}`, {
    help: 'The logs of the registry and of the engine say more.',
    cause,
  });
}
