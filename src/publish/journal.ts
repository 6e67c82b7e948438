import type { Built } from '../build/artifact-type.ts';
import type { BuildEvent, Phase, Staged } from '../build-terms.ts';

/**
 * Where a publication writes down how far it has come: the store for a merge, memory and the terminal for a folder.
 * Each promise is fulfilled when the word is on disk; a rejected one stops the publication.
 */
export type Journal = {
  /** Runs the work of a phase and keeps when it began and ended. */
  phase<T>(phase: Phase, work: () => Promise<T>): Promise<T>;
  event(event: BuildEvent): void;
  /** The engine holds an image now; whoever ends the build lets go of it. */
  built(built: Built): void;
  staged(staged: Staged): Promise<void>;
  /** The point of no return: false when somebody cancelled or another worker has the build. */
  beginPublication(): Promise<boolean>;
};
