import type { Built } from '../build/artifact-type.ts';
import type { Claim, Store } from '../store/store.ts';
import type { Phase, Staged } from '../terms.ts';
import type { Journal } from './journal.ts';

/** The journal of a merge's build: every word is a row before the work goes on. */
export function storeJournal(
  store: Store,
  { build, lease }: Claim,
  watch: Pick<Journal, 'event' | 'built'> & { phase(phase: Phase): void; staged(staged: Staged): void },
): Journal {
  let image: Built | undefined;
  return {
    async phase(phase, work) {
      watch.phase(phase);
      await store.enterPhase(build.id, lease, phase, image);
      const result = await work();
      await store.leavePhase(build.id, lease, phase);
      return result;
    },
    event: (event) => watch.event(event),
    built(built) {
      // Kept with the next phase: a push that fails is tried again with this image.
      image = built;
      watch.built(built);
    },
    async staged(staged) {
      await store.recordStaged(build.id, lease, staged);
      watch.staged(staged);
    },
    beginPublication: () => store.beginPublication(build.id, lease),
  };
}
