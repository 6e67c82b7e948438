import type { Claim, Store } from '../store/store.ts';
import type { Phase } from '../terms.ts';
import type { Journal } from './journal.ts';

/** The journal of a merge's build: every word is a row before the work goes on. */
export function storeJournal(
  store: Store,
  { build, lease }: Claim,
  watch: Pick<Journal, 'event' | 'built'> & { phase(phase: Phase): void },
): Journal {
  return {
    async phase(phase, work) {
      watch.phase(phase);
      await store.enterPhase(build.id, lease, phase);
      const result = await work();
      await store.leavePhase(build.id, lease, phase);
      return result;
    },
    event: (event) => watch.event(event),
    built: (built) => watch.built(built),
    staged: (staged) => store.recordStaged(build.id, lease, staged),
    beginPublication: () => store.beginPublication(build.id, lease),
  };
}
