import type { ErrorCode, ErrorDetails } from '../../errors.ts';
import type { FailurePlace } from './follower.ts';
import type { Instruction } from './parse-dockerfile.ts';

type Said = { readonly code: ErrorCode; readonly message: string; readonly help: string } & Pick<
  ErrorDetails,
  'fault' | 'transient'
>;

const unreachable =
  /connection refused|connection reset|no such host|i\/o timeout|TLS handshake|network is unreachable|no route to host|server misbehaving|deadline exceeded|\bEOF\b|too ?many ?requests|unexpected (?:HTTP )?status(?: code)?[^:]*: (?:429|5\d\d)/i;
const untrusted = /x509:|certificate|server gave HTTP response to HTTPS client/i;
const unknown = /not found|manifest unknown|does not exist|name unknown|no match for platform/i;
const refused =
  /unauthorized|authentication required|authorization failed|denied|no basic auth credentials|unexpected (?:HTTP )?status(?: code)?[^:]*: 40[13]/i;

/** Whether the build stopped at getting an image, and at which. */
function imageOf(text: string, place: FailurePlace, instruction: Instruction | undefined): string | undefined {
  const named = /^(?:\[internal\] load metadata for|resolve image config for|(?:\[[^\]]*\] )?FROM) (\S+)/.exec(
    place.step ?? '',
  )?.[1];
  if (named !== undefined) return named;
  // Words of the Dockerfile's reader, not of a registry.
  if (/invalid reference format/.test(text)) return undefined;
  if (instruction?.keyword === 'FROM' && place.ordinal !== undefined)
    return /FROM (?:--\S+ )*(\S+)/i.exec(instruction.text)?.[1];
  return /invalid from flag value (\S+):/.exec(text)?.[1];
}

/**
 * Why an image that the Dockerfile names could not be had. A name that does not exist is the Dockerfile's fault; a
 * registry that cannot be reached or refuses us is not.
 */
export function explainBaseImage(
  text: string,
  place: FailurePlace,
  instruction: Instruction | undefined,
): Said | undefined {
  const image = imageOf(text, place, instruction);
  if (image === undefined || /invalid reference format/.test(text)) return undefined;
  const code = 'base-image-unavailable';
  // Docker Hub says both of a name that does not exist: "denied" and "does not exist or may require".
  if (unreachable.test(text)) {
    return {
      code,
      message: `The registry of the base image ${image} could not be reached: ${text}`,
      help: 'Check that the engine reaches that registry; Slipway tries again by itself.',
      fault: 'ours',
      transient: true,
    };
  }
  if (untrusted.test(text)) {
    return {
      code,
      message: `The engine does not trust the registry of the base image ${image}.`,
      help: 'Put the registry’s authority into /etc/docker/certs.d/HOST:PORT/ca.crt on the engine’s machine.',
      fault: 'ours',
    };
  }
  if (!unknown.test(text) && refused.test(text)) {
    return {
      code,
      message: `The registry of the base image ${image} refused the engine.`,
      help: 'The engine pulls with the credentials in REGISTRY_USERNAME from that registry alone, and without any from others.',
      fault: 'ours',
    };
  }
  return {
    code,
    message: `The base image ${image} could not be had: it does not exist, or needs credentials.`,
    help: 'Check the name and the tag in the Dockerfile.',
  };
}
