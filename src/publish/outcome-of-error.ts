import type { BuildStep, Outcome, Phase } from '../build-terms.ts';
import { type ErrorCode, SlipwayError } from '../errors.ts';

const refusals: ReadonlySet<ErrorCode> = new Set(['version-taken', 'service-owned', 'unsupported']);

/** What people are told of a build that ended with an error. */
export function outcomeOfError(
  error: unknown,
  told: { readonly phase: Phase | undefined; readonly steps: readonly BuildStep[]; readonly notes: readonly string[] },
): Outcome {
  const known =
    error instanceof SlipwayError
      ? error
      : new SlipwayError('store-failed', 'Slipway met an error that it does not know.', {
          help: 'The server’s log has the error under this build’s id.',
          cause: error,
        });
  const verdict = known.code === 'cancelled' ? 'cancelled' : refusals.has(known.code) ? 'refused' : 'failed';
  return {
    verdict,
    ...(verdict === 'failed' ? { fault: known.fault } : {}),
    reason: known.message,
    ...(known.help === undefined ? {} : { help: known.help }),
    ...(told.phase === undefined ? {} : { phase: told.phase }),
    ...(known.annotation === undefined ? {} : { annotation: known.annotation }),
    ...(known.tail === undefined ? {} : { tail: known.tail }),
    notes: told.notes,
    steps: told.steps,
  };
}
