import { SlipwayError } from '../errors.ts';

/** Milliseconds within which all of GitHub knows the commit that an event tells of; mostly it is one second. */
const spread = 20_000;

/**
 * GitHub sends an event before each of its servers has the commit, that of a fork above all. What it says that it does not
 * have is worth another try then.
 *
 * @param since when that happened which the event tells of
 * @returns the error, or a transient one in its place
 */
export function orTooEarly(error: unknown, since: Date, now = Date.now()): unknown {
  const isEarly = now - since.getTime() <= spread;
  if (!(error instanceof SlipwayError) || error.code !== 'source-gone' || !isEarly) return error;
  const help = 'Slipway tries again by itself.';
  return new SlipwayError('source-gone', error.message, { help, transient: true, cause: error });
}
