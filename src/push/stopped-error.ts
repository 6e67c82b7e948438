import { SlipwayError } from '../errors.ts';

/** Why an aborted signal ended the work: the error that it was aborted with, a time-out, or somebody's wish. */
export function stoppedError(signal: AbortSignal, doing: string): SlipwayError {
  const reason: unknown = signal.reason;
  if (reason instanceof SlipwayError) return reason;
  const code = reason instanceof Error && reason.name === 'TimeoutError' ? 'timeout' : 'cancelled';
  return new SlipwayError(code, `Stopped while ${doing}.`, { cause: reason });
}
