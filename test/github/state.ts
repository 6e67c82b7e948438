import type { KeyObject } from 'node:crypto';
import type {
  CheckRun,
  CheckSuite,
  Delivery,
  Installation,
  PermissionLevel,
  Permissions,
  RepositoryRecord,
  Token,
  User,
} from './records.ts';

export type { Comment } from './records.ts';

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
type FaultKind =
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
  appName: string;
  appOwner: User;
  readonly appBot: User;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly publicKey: KeyObject;
  events: readonly string[];
  permissions: Permissions;
  /** Without a slash at its end; holds the base path. */
  apiUrl: string;
  webUrl: string;
  archiveUrl: string;
  readonly hook: { readonly id: number; url: string | undefined; secret: string; contentType: string };
  /** Codes of Apps that were made from a manifest, with the time of their end. */
  readonly manifestCodes: Map<string, number>;
  /** Codes of sign-ins that have not been exchanged. */
  readonly signInCodes: Map<
    string,
    { readonly login: string; readonly challenge: string; readonly redirect: string; readonly expiresAt: number }
  >;
  /** Tokens of people who have signed in with the App. */
  readonly personTokens: Map<string, { readonly login: string; expiresAt: number }>;
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
  /** Added to every first id: octokit shares requests for tokens within a process by installation id alone. */
  readonly firstOffset: number;
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
const firstIds = {
  branch: 0,
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
} as const;

export function nextId(state: State, kind: keyof typeof firstIds): number {
  const id = (state.ids.get(kind) ?? firstIds[kind] + state.firstOffset) + 1;
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
