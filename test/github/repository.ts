import type { MergeMethod } from './git/merge-branches.ts';
import type { Files } from './git/write-commit.ts';
import type { CheckAction, CheckAnnotation, Comment, Delivery, PermissionLevel, Pull } from './records.ts';
import type { renderCheckRun } from './render/check.ts';
import type { SignedWebhook, SignOptions } from './webhooks/sign.ts';

type CommitOptions = {
  readonly author?: string;
  /** Where a new branch begins; the default branch where absent. */
  readonly from?: string;
};

export type PullOptions = {
  readonly title: string;
  readonly body?: string | undefined;
  /** `develop` where absent. */
  readonly base?: string;
  /** Name of the head branch; made up where absent. */
  readonly branch?: string;
  readonly files: Files;
  readonly labels?: readonly string[];
  /** Login; the usual author, who may write, where absent (`outsider`, who may not, for a fork). */
  readonly author?: string;
  /** True for a fork of the author's, or the login of the account that has the fork. */
  readonly fork?: boolean | string;
  readonly draft?: boolean;
  /** False keeps the webhooks back. */
  readonly deliver?: boolean;
};

export type MergeOptions = {
  readonly method?: MergeMethod;
  readonly by?: string;
  /** False keeps the webhooks back; `payload` gives the bytes of a delivery that was lost. */
  readonly deliver?: boolean;
};

export type MergeResult = {
  readonly mergeCommit: string;
  /** The delivery of `pull_request.closed`; undefined where nobody listens. */
  readonly delivery: Delivery | undefined;
};

/** A check run as GitHub answers it, with the buttons that only its page shows. */
export type CheckRunView = ReturnType<typeof renderCheckRun> & { readonly actions: readonly CheckAction[] };

export type PullControls = {
  openPullRequest(options: PullOptions): Promise<Pull>;
  pullRequest(number: number): Pull;
  /** Pushes one more commit to a pull request's head. */
  push(number: number, files: Files, message?: string): Promise<string>;
  merge(number: number, options?: MergeOptions): Promise<MergeResult>;
  close(number: number): Promise<Delivery | undefined>;
  label(number: number, ...names: string[]): Promise<(Delivery | undefined)[]>;
  unlabel(number: number, name: string): Promise<Delivery | undefined>;
  edit(number: number, changes: { title?: string; body?: string }): Promise<Delivery | undefined>;
  ready(number: number): Promise<Delivery | undefined>;
  /** Says that a merge queue waits for the checks of this commit, a group that ends with the pull request. */
  queue(headSha: string, number: number): Promise<Delivery | undefined>;
  lock(number: number): void;
  /** The signed bytes of a `pull_request` event, not sent. */
  payload(number: number, action?: string, options?: SignOptions & { sender?: string }): SignedWebhook;
};

export type CheckControls = {
  /** Check runs in the order in which they were made; of one commit, or all. */
  checkRuns(sha?: string): CheckRunView[];
  annotations(checkRunId: number): readonly CheckAnnotation[];
  clickAction(checkRunId: number, identifier: string, sender: string): Promise<Delivery | undefined>;
  rerequest(checkRunId: number, sender: string): Promise<Delivery | undefined>;
};

export type CommentControls = {
  comments(number: number): readonly Comment[];
  comment(number: number, body: string, author?: string): Promise<Delivery | undefined>;
  deleteComment(id: number, sender?: string): Promise<Delivery | undefined>;
};

/** A repository of the stand-in, in the hands of a test: what people do on github.com's pages. */
export type Repository = PullControls &
  CheckControls &
  CommentControls & {
    readonly id: number;
    readonly owner: string;
    readonly ownerId: number;
    readonly name: string;
    readonly fullName: string;
    readonly private: boolean;
    /** Undefined where the App is not installed. */
    readonly installationId: number | undefined;
    readonly htmlUrl: string;
    /** Path of the bare repository, for `git clone` and `git push`. */
    readonly gitDir: string;
    /** Commits to a branch, which is made where there is none, and returns the commit's id. */
    commit(branch: string, files: Files, message: string, options?: CommitOptions): Promise<string>;
    /** Says that git itself has moved a branch in `gitDir`. */
    pushed(branch: string, before?: string): Promise<void>;
    /** Id of the commit at a branch or tag. */
    revision(ref: string): Promise<string>;
    /** Makes the archive of a commit now, so that the next download of it costs the stand-in nothing. */
    makeArchive(commit: string): Promise<void>;
    setPermission(login: string, level: PermissionLevel): void;
    /** What GitHub says that the repository takes, KiB. */
    setSize(size: number): void;
    /** GitHub sends callers of the old name on. */
    rename(name: string): void;
    remove(): void;
  };
