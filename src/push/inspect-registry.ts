import type { Log } from '../log.ts';
import type { RegistrySettings } from '../settings.ts';
import { createDispatcher } from './create-dispatcher.ts';
import { createOriginFinder } from './find-origin.ts';
import { parseAddress } from './parse-address.ts';
import { readCertificate, type ShownCertificate } from './read-certificate.ts';
import { trustedContext } from './trusted-context.ts';

export type RegistryDoor = {
  /** `https://registry.lan:5000` */
  readonly origin: string;
  /** Undefined for plain http, which is spoken to a registry on this machine only. */
  readonly certificate: ShownCertificate | undefined;
};

/**
 * How a registry is reached, and whether its certificate is trusted. Nothing is asked of it yet.
 *
 * @throws {SlipwayError} `bad-settings`, `registry-unavailable`, `timeout`, `cancelled`
 */
export async function inspectRegistry(
  settings: Pick<RegistrySettings, 'address' | 'ca'>,
  { log, signal }: { readonly log: Log; readonly signal: AbortSignal },
): Promise<RegistryDoor> {
  const address = parseAddress(settings.address);
  const dispatcher = createDispatcher({ ca: settings.ca, timeouts: { connectMs: 10_000, stallMs: 10_000 } });
  try {
    const url = await createOriginFinder({ address, line: { dispatcher, account: undefined }, log })(signal);
    const secure = url.protocol === 'https:';
    const certificate = secure ? await readCertificate(url, trustedContext(settings.ca), signal) : undefined;
    return { origin: url.origin, certificate };
  } finally {
    await dispatcher.destroy();
  }
}
