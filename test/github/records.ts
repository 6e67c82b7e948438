import type { DiffSize } from './git/diff-commits.ts';

/** A person, an organization, or the App's own account. */
export type User = {
  readonly id: number;
  readonly login: string;
  readonly type: 'User' | 'Organization' | 'Bot';
};

/** Roles as GitHub names them; `none` is no access to a private repository. */
export type PermissionLevel = 'admin' | 'maintain' | 'write' | 'triage' | 'read' | 'none';

export type Label = {
  readonly id: number;
  readonly name: string;
  readonly color: string;
  readonly description: string | null;
};

export type Comment = {
  readonly id: number;
  readonly author: User;
  readonly byApp: boolean;
  readonly issueNumber: number;
  body: string;
  readonly createdAt: Date;
  updatedAt: Date;
  readonly reactions: { readonly id: number; readonly user: User; readonly content: string; readonly at: Date }[];
};

export type Pull = {
  readonly id: number;
  readonly number: number;
  title: string;
  body: string | null;
  readonly author: User;
  state: 'open' | 'closed';
  draft: boolean;
  locked: boolean;
  labels: Label[];
  readonly createdAt: Date;
  updatedAt: Date;
  closedAt: Date | null;
  mergedAt: Date | null;
  mergedBy: User | null;
  /** The commit that the merge made; before the merge GitHub's own test merge, or null where it conflicts. */
  mergeCommit: string | null;
  mergeable: boolean | null;
  readonly base: { ref: string; sha: string };
  readonly head: { readonly repository: RepositoryRecord; readonly ref: string; sha: string };
  mergeBase: string;
  size: DiffSize;
};

export type RepositoryRecord = {
  readonly id: number;
  name: string;
  readonly owner: User;
  readonly private: boolean;
  readonly gitDir: string;
  readonly defaultBranch: string;
  readonly parent: RepositoryRecord | undefined;
  readonly createdAt: Date;
  pushedAt: Date;
  /** KiB. */
  size: number;
  removed: boolean;
  readonly formerNames: string[];
  readonly permissions: Map<string, PermissionLevel>;
  readonly labels: Map<string, Label>;
  readonly pulls: Map<number, Pull>;
  readonly comments: Map<number, Comment>;
  /** Work on the repository's branches goes one after the other. */
  queue: Promise<unknown>;
};

export type Permissions = Readonly<Record<string, 'read' | 'write' | 'admin'>>;

export type Installation = {
  readonly id: number;
  readonly account: User;
  permissions: Permissions;
  readonly repositoryIds: Set<number>;
  readonly createdAt: Date;
  suspendedAt: Date | null;
  removed: boolean;
};

/** What an installation token may do, and until when. */
export type Token = {
  readonly installation: Installation;
  readonly permissions: Permissions;
  readonly repositoryIds: ReadonlySet<number> | undefined;
  expiresAt: number;
};

export type CheckAnnotation = {
  readonly path: string;
  readonly start_line: number;
  readonly end_line: number;
  readonly start_column?: number;
  readonly end_column?: number;
  readonly annotation_level: 'notice' | 'warning' | 'failure';
  readonly message: string;
  readonly title?: string;
  readonly raw_details?: string;
};

export type CheckAction = { readonly label: string; readonly description: string; readonly identifier: string };

export type CheckSuite = {
  readonly id: number;
  readonly repository: RepositoryRecord;
  readonly headSha: string;
  readonly createdAt: Date;
};

export type CheckRun = {
  readonly id: number;
  readonly suite: CheckSuite;
  readonly repository: RepositoryRecord;
  readonly headSha: string;
  name: string;
  status: 'queued' | 'in_progress' | 'completed' | 'waiting' | 'requested' | 'pending';
  conclusion: string | null;
  detailsUrl: string | null;
  externalId: string;
  startedAt: Date;
  completedAt: Date | null;
  title: string | null;
  summary: string | null;
  text: string | null;
  annotations: CheckAnnotation[];
  actions: CheckAction[];
};

/** One attempt to deliver a webhook. A redelivery is a new attempt with the same guid. */
export type Delivery = {
  readonly id: number;
  readonly guid: string;
  readonly event: string;
  readonly action: string | null;
  readonly redelivery: boolean;
  readonly deliveredAt: Date;
  readonly installationId: number | null;
  readonly repositoryId: number | null;
  readonly requestHeaders: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** Seconds. */
  readonly duration: number;
  readonly status: string;
  readonly statusCode: number;
  readonly responseHeaders: Readonly<Record<string, string>>;
  readonly responseBody: string;
};
