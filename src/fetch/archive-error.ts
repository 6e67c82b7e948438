import { SlipwayError } from '../errors.ts';
import { cancelled } from './cancelled.ts';

/** What an error of a file, of zlib or of the connection means for an archive. */
export function archiveError(error: unknown, signal: AbortSignal, doing: string): SlipwayError {
  if (error instanceof SlipwayError) return error;
  if (signal.aborted) return cancelled(doing, error);
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new SlipwayError('disk-full', `No room is left on the disk while ${doing}.`, {
      help: 'Make room where DATA_DIR is.',
      transient: true,
      cause: error,
    });
  }
  const found = code.startsWith('Z_') ? 'a damaged or shortened one' : code === '' ? 'an early end' : code;
  return new SlipwayError('source-truncated', `Expected a whole archive while ${doing}, found ${found}.`, {
    help: 'Slipway fetches it again.',
    transient: true,
    cause: error,
  });
}
