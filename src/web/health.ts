import type { Log } from '../log.ts';

/** Resolves while the part is well, rejects when it is not. */
export type Check = () => Promise<unknown>;

export type Health = () => Promise<'ok' | 'degraded'>;

/**
 * A check that can be asked at any rate: it runs at most once in `keepMs`, one at a time, and one that has not ended
 * after `timeoutMs` counts as degraded. A change is said in the log with its reason.
 */
export function health(
  name: string,
  check: Check,
  log: Log,
  { timeoutMs, keepMs }: { readonly timeoutMs: number; readonly keepMs: number },
): Health {
  let last: { readonly at: number; readonly state: 'ok' | 'degraded' } | undefined;
  let running: Promise<'ok' | 'degraded'> | undefined;

  const settle = (state: 'ok' | 'degraded', error?: unknown) => {
    if (state !== (last?.state ?? 'ok')) {
      if (state === 'ok') log.info({ check: name }, `${name} is well again`);
      else log.warn({ check: name, err: error }, `${name} is degraded`);
    }
    last = { at: Date.now(), state };
    return state;
  };
  const run = async (): Promise<'ok' | 'degraded'> => {
    try {
      await check();
      return settle('ok');
    } catch (error) {
      return settle('degraded', error);
    } finally {
      running = undefined;
    }
  };
  return async () => {
    if (last !== undefined && Date.now() - last.at < keepMs) return last.state;
    running ??= run();
    const { promise: late, resolve } = Promise.withResolvers<'ok' | 'degraded'>();
    const timer = setTimeout(() => resolve(settle('degraded', new Error(`no answer in ${timeoutMs} ms`))), timeoutMs);
    try {
      return await Promise.race([running, late]);
    } finally {
      clearTimeout(timer);
    }
  };
}
