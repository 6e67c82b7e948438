import type { Fault } from './build-terms.ts';
import type { Annotation } from './terms.ts';

/** Every way in which Slipway says no. Closed: a new one is added here and in docs/errors.md. */
export type ErrorCode =
  | 'bad-settings'
  | 'bad-usage'
  | 'configuration-invalid'
  | 'version-missing'
  | 'version-invalid'
  | 'version-ambiguous'
  | 'version-taken'
  | 'package-json-missing'
  | 'package-json-invalid'
  | 'service-name-missing'
  | 'service-name-invalid'
  | 'service-owned'
  | 'source-gone'
  | 'source-truncated'
  | 'source-too-large'
  | 'source-hostile'
  | 'dockerfile-missing'
  | 'dockerfile-invalid'
  | 'base-image-unavailable'
  | 'build-failed'
  | 'template-missing'
  | 'template-invalid'
  | 'packer-unavailable'
  | 'aws-unavailable'
  | 'aws-refused'
  | 'engine-unavailable'
  | 'engine-lost'
  | 'registry-unavailable'
  | 'registry-refused'
  | 'registry-untrusted'
  | 'registry-failed'
  | 'digest-mismatch'
  | 'disk-full'
  | 'github-unavailable'
  | 'github-refused'
  | 'store-failed'
  | 'timeout'
  | 'cancelled'
  | 'lease-lost'
  | 'worker-lost'
  | 'unsupported';

export type ErrorDetails = {
  /** What to do next, one sentence for people. */
  readonly help?: string;
  /** Default `yours` for what the repository says, `ours` for what the machines do. */
  readonly fault?: Fault;
  /** Worth another try without anybody changing anything. */
  readonly transient?: boolean;
  /** Seconds that the other side asked us to wait. */
  readonly retryAfter?: number;
  readonly annotation?: Annotation;
  /** The failing step's last lines. */
  readonly tail?: readonly string[];
  readonly cause?: unknown;
};

const yours: ReadonlySet<ErrorCode> = new Set([
  'bad-usage',
  'configuration-invalid',
  'version-missing',
  'version-invalid',
  'version-ambiguous',
  'version-taken',
  'package-json-missing',
  'package-json-invalid',
  'service-name-missing',
  'service-name-invalid',
  'service-owned',
  'source-too-large',
  'source-hostile',
  'dockerfile-missing',
  'dockerfile-invalid',
  'base-image-unavailable',
  'build-failed',
  'template-missing',
  'template-invalid',
  'unsupported',
]);

/**
 * The one error of Slipway. `message` is one sentence for people (what was expected, what was found), without secrets;
 * `cause` is for the log.
 */
export class SlipwayError extends Error {
  readonly code: ErrorCode;
  readonly help: string | undefined;
  readonly fault: Fault;
  readonly transient: boolean;
  readonly retryAfter: number | undefined;
  readonly annotation: Annotation | undefined;
  readonly tail: readonly string[] | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'SlipwayError';
    this.code = code;
    this.help = details.help;
    this.fault = details.fault ?? (code === 'timeout' ? 'timeout' : yours.has(code) ? 'yours' : 'ours');
    this.transient = details.transient ?? false;
    this.retryAfter = details.retryAfter;
    this.annotation = details.annotation;
    this.tail = details.tail;
  }
}
