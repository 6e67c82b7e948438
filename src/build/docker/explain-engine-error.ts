import { SlipwayError } from '../../errors.ts';

const unreachable = new Set([
  'ECONNREFUSED',
  'ENOENT',
  'ENOTSOCK',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
  'ABORT_ERR',
]);
const lost = new Set(['ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE', 'ECONNABORTED']);
const untrusted = /^(CERT_|ERR_TLS|ERR_SSL|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|EPROTO)/;

/** The HTTP status that the engine answered, where dockerode's error holds one. */
export function statusOf(error: unknown): number | undefined {
  return error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number'
    ? error.statusCode
    : undefined;
}

/** The engine's own words, without what dockerode puts around them. */
export function engineWords(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/^\(HTTP code \d+\) .*? - /s, '').trim();
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/**
 * What a failed call to the engine means, other than what a build or a push says in its stream.
 *
 * @param doing what was tried, for the sentence: `building the image`
 */
export function explainEngineError(error: unknown, doing: string): SlipwayError {
  if (error instanceof SlipwayError) return error;
  const cause = error;
  const code = codeOf(error);
  const status = statusOf(error);
  const words = engineWords(error);
  if (/no space left on device/i.test(words)) {
    return new SlipwayError('disk-full', `The engine’s disk is full: it said so while ${doing}.`, {
      help: 'Free space on the engine’s disk (`docker system df` shows what takes it), then press Rebuild.',
      cause,
    });
  }
  if (status !== undefined) {
    return new SlipwayError('engine-unavailable', `The engine answered ${status} while ${doing}: ${words}`, {
      help: 'The engine’s own log says more.',
      transient: status >= 500,
      cause,
    });
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return new SlipwayError('engine-unavailable', `The engine’s socket may not be used (${code}) while ${doing}.`, {
      help: 'Run Slipway as a user that may use the socket, or put it into the group `docker`.',
      cause,
    });
  }
  if (untrusted.test(code)) {
    return new SlipwayError('engine-unavailable', `No trusted connection to the engine (${code}) while ${doing}.`, {
      help: 'Check DOCKER_TLS_VERIFY and ca.pem, cert.pem and key.pem in DOCKER_CERT_PATH.',
      cause,
    });
  }
  if (unreachable.has(code)) {
    return new SlipwayError('engine-unavailable', `The engine could not be reached (${code}) while ${doing}.`, {
      help: 'Check that the engine runs and that DOCKER_HOST names it; Slipway tries again by itself.',
      transient: true,
      cause,
    });
  }
  const known = lost.has(code) || /aborted|socket hang up/.test(words);
  return new SlipwayError('engine-lost', `The engine went away while ${doing}${known ? '' : `: ${words}`}.`, {
    help: 'Slipway tries again by itself.',
    transient: true,
    cause,
  });
}
