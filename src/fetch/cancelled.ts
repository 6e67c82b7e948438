import { SlipwayError } from '../errors.ts';

/** What an aborted signal becomes. */
export function cancelled(doing: string, cause: unknown): SlipwayError {
  return new SlipwayError('cancelled', `Stopped while ${doing}.`, { cause });
}
