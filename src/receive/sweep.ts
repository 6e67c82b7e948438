import { SlipwayError } from '../errors.ts';
import { type Repeated, repeat } from '../repeat.ts';
import { sweepDeliveries } from './sweep-deliveries.ts';
import { sweepMerges } from './sweep-merges.ts';
import type { Sweeping } from './sweeping.ts';

const usualEvery = 10 * 60_000;

/**
 * Looks, at once and then every 10 minutes, for merges that no webhook told of: failed deliveries are asked for again,
 * and merged pull requests without a row are taken in.
 */
export function startSweep(options: Omit<Sweeping, 'signal'>, every = usualEvery): Repeated {
  const stopped = new AbortController();
  const sweeping: Sweeping = { ...options, signal: stopped.signal };

  const attempt = async (what: string, work: (sweeping: Sweeping) => Promise<unknown>) => {
    try {
      await work(sweeping);
    } catch (error) {
      if (stopped.signal.aborted) return;
      const help = error instanceof SlipwayError ? error.help : undefined;
      options.log.warn({ err: error, help }, `${what} could not be swept; the next sweep goes on`);
    }
  };
  const repeated = repeat(async () => {
    await attempt('failed deliveries', sweepDeliveries);
    await attempt('merged pull requests', sweepMerges);
  }, every);
  return {
    async stop() {
      stopped.abort();
      await repeated.stop();
    },
  };
}
