// What the verbs of the store for open pull requests take and give.
import type { PullRequest, ReadPlan } from '../terms.ts';
import type { Conflict } from './records.ts';

/** A pull request with what was read for its plan. */
export type PullRecord = PullRequest & {
  /** Grows with each event. */
  readonly seq: number;
  /** Whether `read` belongs to the newest event. */
  readonly isRead: boolean;
  readonly read?: ReadPlan;
};

/** Who has a version, and who asks for it. */
export type Standing = {
  /** Versions of the service that are published or reserved. */
  readonly taken: readonly string[];
  /** Versions of the service that open pull requests ask for. */
  readonly claimed: readonly string[];
  /** The merge that has reserved or published the version. */
  readonly holder?: Extract<Conflict, { kind: 'version' }>['owner'];
  /** The repository that the service belongs to; absent as long as it has published and reserved nothing. */
  readonly owner?: { readonly repositoryId: number; readonly owner: string; readonly repo: string };
  /** Open pull requests whose plan has this version, the first claim first. */
  readonly claims: readonly Pick<
    PullRequest,
    'repositoryId' | 'installationId' | 'owner' | 'repo' | 'number' | 'author' | 'isDraft'
  >[];
};

/** The check `slipway / plan` of a commit as we last wrote it, or were about to. */
export type PlanCheck = Pick<PullRequest, 'installationId' | 'owner' | 'repo' | 'repositoryUrl'> & {
  /** GitHub's; absent before the first answer. */
  readonly id?: number;
  /** Counts the check runs of this commit. */
  readonly run: number;
  /** SHA-256 of what it shows. */
  readonly status: string;
  readonly sure: boolean;
  /** GitHub keeps annotations for good: a run that has some is not written over. */
  readonly annotated: boolean;
  /** The pull request whose merge group it is; 0 where the group names none; absent for a head. */
  readonly mergeGroupOf?: number;
};

/** A merge group that waits for its checks. */
export type MergeGroup = Pick<PullRequest, 'installationId' | 'repositoryId' | 'owner' | 'repo' | 'repositoryUrl'> & {
  readonly headSha: string;
  /** The pull request that the group's branch names. */
  readonly number?: number;
};

/** A small file as GitHub last sent it; without `text` where there was none, and the tag then is that of its last change. */
export type KnownText = {
  /** The commit, or the branch. */
  readonly ref: string;
  readonly etag?: string;
  readonly text?: string;
  /** Whether nothing on the way to it is a link, and it is as git has it. */
  readonly isPlain?: boolean;
  /** The commit where the history of the pull request left its base branch: it has the text too, or has it before `patch`. */
  readonly mergeBase?: string;
  readonly patch?: string;
  /** How many commits the pull request had. */
  readonly commits?: number;
};
