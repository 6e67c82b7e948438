import type { Artifact, Bump, Plan, PullRequest, Recipe } from '../terms.ts';

/** One artifact of an open pull request's plan, as things stand now. */
export type OpenArtifact = {
  /** At the version that a bump label would give now. */
  readonly artifact: Artifact;
  readonly recipe?: Recipe;
  /** Why it would not be published, and how to mend that. */
  readonly problem?: { readonly reason: string; readonly help: string };
  /** Sentences for people. */
  readonly notes: readonly string[];
  /** Tags that would move to it, and those that a newer version keeps. */
  readonly aliases: {
    readonly moves: readonly string[];
    readonly stays: readonly { readonly tag: string; readonly at: string }[];
  };
};

/** A button that sets a version. */
export type Suggestion = { readonly bump: Bump; readonly version: string };

/** What merging an open pull request would publish now. */
export type OpenPlan = {
  readonly pull: Pick<PullRequest, 'number' | 'repositoryUrl'>;
  readonly plan: Exclude<Plan, { kind: 'ignored' }>;
  /** Those of the plan. */
  readonly artifacts: readonly OpenArtifact[];
  readonly suggestions: readonly Suggestion[];
  /** By the slipway.yml that the pull request brings, where it changes that file. */
  readonly next?: { readonly plan: Plan; readonly artifacts: readonly OpenArtifact[] };
};
