import type { Logger } from 'pino';
import { SlipwayError } from '../errors.ts';
import type { PullRequest } from '../terms.ts';
import { orTooEarly } from './too-early.ts';

/**
 * What GitHub answers for a plan; undefined where it does not, for more than a moment, and there is another way.
 *
 * @param about.mayFail whether it is enough that it does not answer now, unless it asks to wait
 */
export async function orNothing<T>(
  asked: Promise<T>,
  about: { readonly log: Logger; readonly pull: PullRequest; readonly what: string; readonly mayFail?: boolean },
): Promise<T | undefined> {
  try {
    return await asked;
  } catch (thrown) {
    const error = orTooEarly(thrown, about.pull.updatedAt);
    if (!(error instanceof SlipwayError) || error.code === 'cancelled') throw error;
    const { log, pull, what, mayFail = false } = about;
    if (error !== thrown || (error.transient && !(mayFail && error.retryAfter === undefined))) throw error;
    log.warn(
      { err: error, pullRequest: `${pull.owner}/${pull.repo}#${pull.number}` },
      `${what} cannot be used for a plan`,
    );
    return undefined;
  }
}
