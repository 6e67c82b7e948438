import { SlipwayError } from '../../errors.ts';
import type { Check, Finding } from './check.ts';

/** `skipped`: a check that it stands on would fail, so nothing was asked. */
export type Result = { readonly name: string; readonly state: Finding['state'] | 'skipped' } & Omit<Finding, 'state'>;

const isBad = ({ state }: Result): boolean => state === 'fails' || state === 'skipped';

function failure(error: unknown): Finding {
  if (error instanceof SlipwayError) {
    return { state: 'fails', found: error.message, ...(error.help === undefined ? {} : { help: error.help }) };
  }
  return { state: 'fails', found: error instanceof Error ? error.message : String(error) };
}

/** What a check finds, or that it took too long. */
async function ask({ run }: Check, timeoutMs: number, signal: AbortSignal): Promise<Finding> {
  const stop = new AbortController();
  const { promise: late, resolve } = Promise.withResolvers<Finding>();
  const timer = setTimeout(() => {
    resolve({
      state: 'fails',
      found: `It did not answer within ${timeoutMs / 1000} s.`,
      help: 'Look whether it is busy, and whether something on the way drops connections.',
    });
    stop.abort();
  }, timeoutMs);
  try {
    return await Promise.race([run(AbortSignal.any([signal, stop.signal])), late]);
  } catch (error) {
    return failure(error);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Runs checks side by side, each as soon as the one that it stands on is through.
 *
 * @param timeoutMs milliseconds for each check that says nothing else
 * @returns in the order of the checks
 */
export async function runChecks(
  checks: readonly Check[],
  { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<readonly Result[]> {
  const running = new Map<string, Promise<Result>>();
  for (const check of checks) {
    const { name, after } = check;
    const before = after === undefined ? undefined : running.get(after);
    const run = async (): Promise<Result> => {
      const earlier = await before;
      if (earlier !== undefined && isBad(earlier)) {
        const cause = earlier.state === 'skipped' ? 'was not asked either' : 'would fail';
        return { name, state: 'skipped', found: `not asked, since "${after}" ${cause}` };
      }
      return { name, ...(await ask(check, check.timeoutMs ?? timeoutMs, signal)) };
    };
    running.set(name, run());
  }
  return await Promise.all(running.values());
}
