import type { Build } from '../build-terms.ts';
import type { Annotation } from '../terms.ts';

/** How a completed check run ended, in GitHub's words. */
export type Conclusion = 'success' | 'failure' | 'timed_out' | 'action_required' | 'skipped' | 'cancelled' | 'neutral';

/** A button. At most three: label 20, identifier 20, description 40 characters. */
export type CheckAction = { readonly label: string; readonly identifier: string; readonly description: string };

/** What a check run shows. Title is plain text, summary and text are Markdown. */
export type CheckContent = {
  readonly name: string;
  readonly status: 'queued' | 'in_progress' | 'completed';
  readonly conclusion?: Conclusion;
  readonly title: string;
  readonly summary: string;
  readonly text?: string;
  readonly annotations: readonly Annotation[];
  readonly actions: readonly CheckAction[];
  /** Where the link "Details" leads. */
  readonly detailsUrl: string;
  readonly startedAt?: Date;
  readonly completedAt?: Date;
};

/** Addresses of Slipway's own pages. */
export type Links = { build(build: Build): string };
