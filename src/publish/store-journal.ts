import type { Built } from '../build/artifact-type.ts';
import type { Phase, Staged } from '../build-terms.ts';
import type { Claim, Store } from '../store/store.ts';
import type { Journal } from './journal.ts';

/**
 * The journal of a merge's build. What is kept for the next worker is a row before the work goes on; the beginning of a
 * phase that leaves nothing behind is kept beside its work. Rows are written in the order in which they are told.
 */
export function storeJournal(
  store: Store,
  { build, lease }: Claim,
  watch: Pick<Journal, 'event' | 'built'> & { phase(phase: Phase): void; staged(staged: Staged): void },
): Journal {
  let image: Built | undefined;
  return {
    async phase(phase, work) {
      watch.phase(phase);
      const entered = store.enterPhase(build.id, lease, phase, image);
      // A push begins with the image on record: it is pushed again, and not built again.
      if (phase === 'push') await entered;
      entered.catch(() => undefined);
      const result = await work();
      // Work that was done is not thrown away for a row that could not be written when it began.
      await entered.catch(() => store.enterPhase(build.id, lease, phase, image));
      // The next phase ends this one; behind a push there is none.
      if (phase === 'push') await store.leavePhase(build.id, lease, phase);
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
