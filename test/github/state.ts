import type { KeyObject } from 'node:crypto';
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
  readonly repositoryId: number;
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

export type RequestRecord = {
  readonly method: string;
  /** Template of GitHub's description, or undefined for an unknown call. */
  readonly route: string | undefined;
  readonly path: string;
  status: number | undefined;
  readonly time: Date;
  readonly token: boolean;
  body: unknown;
};

/** Something that the real GitHub would not have accepted, or that it would not have sent. */
export type Violation = { readonly call: string; readonly problem: string };

/** What an injected fault does to a request. `cut` ends early and looks complete; `truncate` breaks the connection half way. */
export type FaultKind =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: unknown }
  | 'hang'
  | 'drop'
  | 'truncate'
  | 'cut';

export type Fault = {
  readonly method?: string;
  readonly path: RegExp;
  /** How many requests fail; 1 where absent. */
  readonly times?: number;
  /** How many matching requests are let through before. */
  readonly after?: number;
  /** The request takes effect, and only its answer is lost or replaced. */
  readonly applied?: boolean;
  readonly fault: FaultKind;
};

export type State = {
  readonly folder: string;
  readonly appId: number;
  readonly appSlug: string;
  readonly appName: string;
  readonly appOwner: User;
  readonly appBot: User;
  readonly clientId: string;
  readonly publicKey: KeyObject;
  readonly events: readonly string[];
  readonly permissions: Permissions;
  /** Without a slash at its end; holds the base path. */
  apiUrl: string;
  webUrl: string;
  archiveUrl: string;
  readonly hook: { readonly id: number; url: string | undefined; secret: string; contentType: string };
  readonly users: Map<string, User>;
  readonly repositories: Map<number, RepositoryRecord>;
  readonly installations: Map<number, Installation>;
  readonly tokens: Map<string, Token>;
  /** Query tokens of archive links, with the time of their end. */
  readonly archiveTokens: Map<string, number>;
  readonly checkSuites: Map<number, CheckSuite>;
  readonly checkRuns: Map<number, CheckRun>;
  readonly deliveries: Delivery[];
  readonly requests: RequestRecord[];
  readonly violations: Violation[];
  readonly faults: { readonly fault: Fault; skip: number; left: number }[];
  /** Deliveries and other work that goes on without anybody waiting for it. */
  readonly background: Set<Promise<unknown>>;
  readonly stopped: AbortController;
  readonly settings: GitHubKnobs;
  readonly ids: Map<string, number>;
};

/** What a test may turn while the stand-in runs. */
export type GitHubKnobs = {
  /** Milliseconds before each answer. */
  latency: number;
  /** Milliseconds for which a new installation token is good. */
  tokenLifetime: number;
  /** Milliseconds after which a delivery is ended; GitHub: 10 s. */
  deliveryTimeout: number;
  readonly rateLimit: { limit: number; remaining: number; resetAt: number };
};

/** Beyond 2^31, as GitHub's own are, so that a 32-bit column is found out. */
const firstIds: Readonly<Record<string, number>> = {
  user: 1_000,
  repository: 798_000_000,
  installation: 51_000_000,
  pull: 2_430_000_000,
  comment: 2_980_000_000,
  label: 8_100_000_000,
  checkSuite: 38_600_000_000,
  checkRun: 41_700_000_000,
  delivery: 93_676_014_000,
  reaction: 260_000_000,
};

export function nextId(state: State, kind: keyof typeof firstIds): number {
  const id = (state.ids.get(kind) ?? firstIds[kind] ?? 0) + 1;
  state.ids.set(kind, id);
  return id;
}

/** The account of that login; made when it is first named. */
export function userOf(state: State, login: string, type: User['type'] = 'User'): User {
  const known = state.users.get(login.toLowerCase());
  if (known !== undefined) return known;
  const user = { id: nextId(state, 'user'), login, type };
  state.users.set(login.toLowerCase(), user);
  return user;
}

export function installationOf(state: State, repository: RepositoryRecord): Installation | undefined {
  return [...state.installations.values()].find((one) => !one.removed && one.repositoryIds.has(repository.id));
}

/** The role of a login in a repository; everybody may read a public one. */
export function permissionOf(repository: RepositoryRecord, login: string): PermissionLevel {
  if (repository.owner.login.toLowerCase() === login.toLowerCase()) return 'admin';
  return repository.permissions.get(login.toLowerCase()) ?? (repository.private ? 'none' : 'read');
}
