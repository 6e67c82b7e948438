import { createLog, type Log } from '../../src/log.ts';
import { openRegistry } from '../../src/push/open-registry.ts';
import type { Registry } from '../../src/push/registry.ts';

export const silentLog = createLog('silent');

/** A signal that is never aborted. */
export const never = new AbortController().signal;

/** Slipway's client of a registry of the tests, with time-outs that a test can wait for. */
export function openClient(
  started: {
    readonly address: string;
    readonly ca?: string | undefined;
    readonly credentials?: { readonly username: string; readonly password: string } | undefined;
  },
  options: {
    readonly prefix?: string;
    readonly log?: Log;
    readonly connectMs?: number;
    readonly stallMs?: number;
  } = {},
): Registry {
  const { address, ca, credentials } = started;
  const { prefix, log = silentLog, connectMs = 5_000, stallMs = 20_000 } = options;
  return openRegistry({
    settings: { address: prefix === undefined ? address : `${address}/${prefix}`, ca, credentials },
    log,
    timeouts: { connectMs, stallMs },
  });
}
