import { SlipwayError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Claim, Store } from '../store/store.ts';

/** Milliseconds between looks. */
const every = 1000;

export type BuildWatch = {
  /** Ends when somebody asks to cancel the build, or another worker has taken it. */
  readonly signal: AbortSignal;
  /** Why it ended. */
  reason(): SlipwayError | undefined;
  stop(): void;
};

/** Looks into the store, while a worker works on a build, whether it still should: whoever cancels may be another process. */
export function watchBuild(store: Pick<Store, 'watch'>, { build, lease }: Claim, log: Log): BuildWatch {
  const controller = new AbortController();
  let reason: SlipwayError | undefined;
  let looking = false;
  const end = (error: SlipwayError) => {
    reason = error;
    clearInterval(timer);
    controller.abort(error);
  };
  const look = async () => {
    if (looking) return;
    looking = true;
    try {
      const { held, cancelledBy } = await store.watch(build.id, lease);
      if (!held) end(new SlipwayError('lease-lost', `Another worker has taken build ${build.id}.`));
      else if (cancelledBy !== undefined) {
        end(new SlipwayError('cancelled', cancelledBy === '' ? 'Cancelled.' : `Cancelled by ${cancelledBy}.`));
      }
    } catch (error) {
      log.warn({ err: error }, 'the build could not be watched; it is looked at again');
    } finally {
      looking = false;
    }
  };
  const timer = setInterval(() => void look(), every);
  timer.unref();
  return { signal: controller.signal, reason: () => reason, stop: () => clearInterval(timer) };
}
