import { SlipwayError } from '../errors.ts';

/** The repository's own faults become a plan; everything else is thrown, and tried again. */
export function lastingFault(error: unknown): SlipwayError {
  if (!(error instanceof SlipwayError) || error.transient || ['cancelled', 'store-failed'].includes(error.code))
    throw error;
  return error;
}
