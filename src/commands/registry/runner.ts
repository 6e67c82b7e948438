import type { Description } from './description.ts';

/** How a registry is run: in a container, or as a process of this machine. */
export type Runner = {
  readonly runsAs: NonNullable<Description['runsAs']>;
  /** Whether it runs now; `stale` when it runs with other files or options than the folder has. */
  state(): Promise<'runs' | 'stale' | 'stands'>;
  /**
   * Sees to it that it comes back after a reboot, as far as that is not its start's own work.
   *
   * @returns a line for each thing that was changed outside of the registry's folder
   */
  settle(): Promise<readonly string[]>;
  start(): Promise<void>;
  /** Ends it for good. @returns a line for each thing that was taken away outside of the registry's folder */
  stop(): Promise<readonly string[]>;
  /** Why it does not answer, as far as it said so itself. */
  words(): Promise<string>;
};
