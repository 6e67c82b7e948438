import type { Build, Obstacle } from '../build-terms.ts';
import type { GitHub } from '../github.ts';
import type { Registry } from '../push/registry.ts';
import type { ProgressBudget } from '../report/progress-budget.ts';
import type { Store } from '../store/store.ts';
import type { Actions } from './actions.ts';
import type { SourceShelf } from './open-source-shelf.ts';
import type { Tools } from './tools.ts';

/** What the publication of merges needs beside the tools of every publication. */
export type Pipeline = Tools & {
  readonly registry: Registry;
  readonly store: Store;
  readonly shelf: SourceShelf;
  readonly actions: Actions;
  /** An octokit that speaks for an installation; asked for anew in each step. */
  github(installationId: number): Promise<GitHub>;
  /** The same without the spacing of requests, and without repetition of those that fail: for what a build waits for. */
  githubAtOnce(installationId: number): Promise<GitHub>;
  /** Whether repositories of this account are served; waits for GitHub where that is not known yet. */
  mayServe(owner: string): Promise<boolean>;
  /** Login of the App's own account, which writes our comments. */
  botLogin(): Promise<string>;
  readonly progressBudget: ProgressBudget;
  /** Address of a build's page; signed where the repository is private. */
  buildLink(build: Build, merge: { private: boolean }): string;
  /** Milliseconds for fetch, build and push together, where the service says nothing else. */
  readonly buildTimeout: number;
  /** Seconds before the second, third, ... try of a phase; after the last one a transient fault ends the build. */
  readonly waits: readonly number[];
  /** What keeps builds from being taken up now; undefined: nothing. */
  obstacle(): Promise<Obstacle | undefined>;
  /** Whether a disk has less room left than a build needs: nothing is fetched then that can wait. */
  isShort(): Promise<boolean>;
  /** The own id of this worker's engine. */
  engineId(): Promise<string>;
  /** Whether a build of this worker could start at once. */
  slotFree(): boolean;
};
