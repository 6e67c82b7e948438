import { SlipwayError } from '../errors.ts';
import { forPeople } from './for-people.ts';

/** What stands in a folder on disk and cannot be read. */
export function unreadable(path: string, cause: unknown): SlipwayError {
  const code = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : '';
  return new SlipwayError('source-truncated', `${forPeople(path)} cannot be read${code}.`, {
    help: 'Give yourself the right to read it, or list it in `.dockerignore`.',
    cause,
  });
}
