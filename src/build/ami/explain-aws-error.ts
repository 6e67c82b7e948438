import { SlipwayError } from '../../errors.ts';

/** What EC2 and STS answer where the same request may go well later (EC2, "Error codes for the Amazon EC2 API"). */
const busy =
  /\b(RequestLimitExceeded|Throttl\w*|TooManyRequests\w*|SlowDown|InternalError|InternalFailure|Unavailable|ServiceUnavailable|InsufficientInstanceCapacity|RequestTimeout)\b|status code: 5\d\d/;
/** Where the credentials are the reason. */
const refused =
  /\b(AuthFailure|UnauthorizedOperation|InvalidClientTokenId|SignatureDoesNotMatch|ExpiredToken\w*|RequestExpired|AccessDenied\w*|OptInRequired|NoCredentialProviders|CredentialsProviderError|UnrecognizedClient\w*|IncompleteSignature)\b|No valid credential sources/;

export const awsIsBusy = (text: string): boolean => busy.test(text);
export const awsRefused = (text: string): boolean => refused.test(text);

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : '');
const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('$metadata' in error)) return undefined;
  const status = (error.$metadata as { httpStatusCode?: unknown }).httpStatusCode;
  return typeof status === 'number' ? status : undefined;
}

/** Credentials that AWS does not take, in words that are the same wherever it is noticed. */
export function credentialsError(words: string, cause?: unknown): SlipwayError {
  return new SlipwayError('aws-refused', `AWS refused the worker's credentials: ${words}`, {
    help: "Check the worker's role, profile or AWS_ACCESS_KEY_ID, and its policy (docs/ami.md has the least one).",
    cause,
  });
}

export function busyError(words: string, cause?: unknown): SlipwayError {
  return new SlipwayError('aws-unavailable', `AWS could not answer: ${words}`, {
    help: 'Slipway tries again by itself.',
    transient: true,
    cause,
  });
}

/**
 * What a failed call of the SDK means.
 *
 * @param doing what was tried, for the sentence: `looking for the version`
 */
export function explainAwsError(error: unknown, doing: string): SlipwayError {
  if (error instanceof SlipwayError) return error;
  if (nameOf(error) === 'AbortError') return new SlipwayError('cancelled', `Stopped while ${doing}.`, { cause: error });
  const words = `${nameOf(error)}: ${wordsOf(error)} (while ${doing})`;
  if (awsRefused(words)) return credentialsError(words, error);
  const status = statusOf(error);
  // Without a status nobody answered: name, network, time-out. The SDK has tried several times already.
  if (status === undefined || status >= 500 || awsIsBusy(words)) return busyError(words, error);
  return new SlipwayError('aws-refused', `AWS refused a request: ${words}`, {
    help: "Check the worker's policy (docs/ami.md has the least one) and `packer.regions`.",
    cause: error,
  });
}
