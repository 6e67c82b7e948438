import { SlipwayError } from '../errors.ts';
import type { PullRequest } from '../terms.ts';
import { orTooEarly } from './too-early.ts';

/** The repository's own faults become a plan; everything else is thrown, and tried again. */
export function lastingFault(thrown: unknown, { updatedAt }: Pick<PullRequest, 'updatedAt'>): SlipwayError {
  const error = orTooEarly(thrown, updatedAt);
  if (!(error instanceof SlipwayError) || error.transient || ['cancelled', 'store-failed'].includes(error.code))
    throw error;
  return error;
}
