import type { Log } from '../log.ts';
import type { RegistrySettings } from '../settings.ts';
import { createDispatcher } from './create-dispatcher.ts';
import { createOriginFinder } from './find-origin.ts';
import { parseAddress } from './parse-address.ts';
import { send } from './send.ts';

/**
 * How far the registry's clock is before ours, in milliseconds, by the `Date` of an answer (RFC 9110, 6.6.1), which counts
 * whole seconds; undefined where it tells no time.
 *
 * @throws {SlipwayError} as `send`
 */
export async function clockDifference(
  settings: Pick<RegistrySettings, 'address' | 'ca'>,
  { log, signal }: { readonly log: Log; readonly signal: AbortSignal },
): Promise<number | undefined> {
  const dispatcher = createDispatcher({ ca: settings.ca, timeouts: { connectMs: 10_000, stallMs: 10_000 } });
  const line = { dispatcher, account: undefined };
  try {
    const origin = await createOriginFinder({ address: parseAddress(settings.address), line, log })(signal);
    const began = Date.now();
    const answer = await send(line, { method: 'GET', url: new URL('/v2/', origin), doing: 'asking the time', signal });
    const now = (began + Date.now()) / 2;
    await answer.sum();
    const told = Date.parse(answer.headers.get('date') ?? '');
    return Number.isNaN(told) ? undefined : told - now;
  } finally {
    await dispatcher.destroy();
  }
}
