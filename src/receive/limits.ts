/** What the front door bears. Times in milliseconds, sizes in bytes. */
export type Limits = {
  /** GitHub caps payloads at 25 MB ("Webhook events and payloads"); MiB, so that no reading of MB refuses one. */
  readonly bodyBytes: number;
  /** Bodies over this size count as large. GitHub's for a pull request have about 30 KB. */
  readonly largeBytes: number;
  /** Large bodies held in memory at once; one more is refused. Small ones never are. */
  readonly largeAtOnce: number;
  readonly headersMs: number;
  /** Longest silence in a body. */
  readonly stallMs: number;
  readonly bodyMs: number;
  /** GitHub hangs up after 10 s and calls the delivery failed: so do we, before it, when the row is not there by then. */
  readonly answerMs: number;
  /** Longer than the idle time of common load balancers (60 s), so that they never reuse a connection we just closed. */
  readonly keepAliveMs: number;
  /** How long the rest of a refused body is thrown away. */
  readonly lingerMs: number;
};

export const defaultLimits: Limits = {
  bodyBytes: 25 * 2 ** 20,
  largeBytes: 2 ** 20,
  largeAtOnce: 8,
  headersMs: 10_000,
  stallMs: 10_000,
  bodyMs: 30_000,
  answerMs: 9000,
  keepAliveMs: 65_000,
  lingerMs: 2000,
};
