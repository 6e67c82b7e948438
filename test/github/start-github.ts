import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createRepository, installApp } from './actions/create-repository.ts';
import type { Files } from './git/write-commit.ts';
import { serveApi } from './http/serve-api.ts';
import { serveArchives } from './http/serve-archives.ts';
import { createRepositoryHandle, type Repository, usualAuthor } from './repository.ts';
import { routes } from './routes/routes.ts';
import {
  type Delivery,
  type Fault,
  type GitHubKnobs,
  type Installation,
  type Permissions,
  type RequestRecord,
  type State,
  type User,
  userOf,
  type Violation,
} from './state.ts';
import { serveWeb } from './web/serve-web.ts';
import { deliver, redeliver } from './webhooks/deliver.ts';
import { emit } from './webhooks/emit.ts';
import { installationPayload, pingPayload } from './webhooks/payloads.ts';
import { type SignedWebhook, type SignOptions, signWebhook } from './webhooks/sign.ts';

export type GitHubOptions = {
  /** `/api/v3` for GitHub Enterprise Server; `` where absent. */
  readonly basePath?: '' | '/api/v3';
  readonly appId?: number;
  /** Login of the account that owns the App. */
  readonly appOwner?: string;
  readonly webhookSecret?: string;
  /** What an installation grants; as Slipway's app.yml asks where absent. */
  readonly permissions?: Permissions;
  /** Events that the App asked for. Events of installations and of its own checks come by themselves. */
  readonly events?: readonly string[];
};

export type RepositoryOptions = {
  readonly owner: string;
  readonly name: string;
  /** `Organization` where absent. */
  readonly ownerType?: User['type'];
  readonly private?: boolean;
  readonly files?: Files;
  /** The first is the default branch; `main` and `develop` where absent. */
  readonly branches?: readonly string[];
  /** False leaves the App out of it. */
  readonly install?: boolean;
};

/** A strict stand-in for github.com. */
export type GitHubStandIn = GitHubKnobs & {
  /** Base address of the REST API, with the base path. */
  readonly apiUrl: string;
  readonly webUrl: string;
  readonly appId: number;
  /** PEM, PKCS#1 as GitHub gives it out. */
  readonly privateKey: string;
  readonly webhookSecret: string;
  readonly requests: readonly RequestRecord[];
  readonly deliveries: readonly Delivery[];
  readonly violations: readonly Violation[];
  /** Where webhooks go; undefined sends none. */
  deliverTo(url: string | undefined): void;
  createRepository(options: RepositoryOptions): Promise<Repository>;
  inject(fault: Fault): void;
  clearFaults(): void;
  /** Signs content for a webhook without sending it: an object as JSON, text and bytes as they are. */
  sign(event: string, content: unknown, options?: SignOptions): SignedWebhook;
  send(webhook: SignedWebhook): Promise<Delivery | undefined>;
  redeliver(delivery: Delivery): Promise<Delivery | undefined>;
  ping(): Promise<Delivery | undefined>;
  /** Takes the App off an account. */
  uninstall(owner: string): Promise<Delivery | undefined>;
  suspend(owner: string): Promise<Delivery | undefined>;
  unsuspend(owner: string): Promise<Delivery | undefined>;
  setPermissions(owner: string, permissions: Permissions): Promise<Delivery | undefined>;
  /** Ends all installation tokens that are out. */
  expireTokens(): void;
  /** Waits for deliveries that nobody waits for. */
  settled(): Promise<void>;
  /** @throws {AssertionError} that names each exchange that the real GitHub would not have had */
  assertNoViolations(): void;
  /** The violations so far, which then no longer count: for tests of wrong requests. */
  takeViolations(): Violation[];
  stop(): Promise<void>;
};

const slipwayPermissions: Permissions = { checks: 'write', contents: 'read', metadata: 'read', pull_requests: 'write' };

let generated: string | undefined;

/** Making an RSA key takes a tenth of a second and more: one for all stand-ins of a process. */
function privateKey(): string {
  generated ??= generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  }).privateKey;
  return generated;
}

async function createState(options: GitHubOptions): Promise<State> {
  const appId = options.appId ?? 314_159;
  const state: State = {
    folder: await mkdtemp(path.join(tmpdir(), 'github-')),
    appId,
    appSlug: 'slipway',
    appName: 'Slipway',
    appOwner: { id: 900, login: options.appOwner ?? 'acme', type: 'Organization' },
    appBot: { id: 901, login: 'slipway[bot]', type: 'Bot' },
    clientId: `Iv23li${appId}`,
    publicKey: createPublicKey(privateKey()),
    events: options.events ?? ['check_run', 'issue_comment', 'pull_request'],
    permissions: options.permissions ?? slipwayPermissions,
    apiUrl: '',
    webUrl: '',
    archiveUrl: '',
    hook: {
      id: 471_100,
      url: undefined,
      secret: options.webhookSecret ?? 'a secret of the tests',
      contentType: 'json',
    },
    users: new Map(),
    repositories: new Map(),
    installations: new Map(),
    tokens: new Map(),
    archiveTokens: new Map(),
    checkSuites: new Map(),
    checkRuns: new Map(),
    deliveries: [],
    requests: [],
    violations: [],
    faults: [],
    background: new Set(),
    stopped: new AbortController(),
    settings: {
      latency: 0,
      tokenLifetime: 3_600_000,
      deliveryTimeout: 10_000,
      rateLimit: { limit: 5000, remaining: 5000, resetAt: Date.now() + 3_600_000 },
    },
    ids: new Map(),
  };
  for (const user of [state.appOwner, state.appBot]) state.users.set(user.login.toLowerCase(), user);
  return state;
}

async function listen(listener: RequestListener): Promise<{ readonly server: Server; readonly origin: string }> {
  const server = createServer(listener);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.on('error', reject);
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  return { server, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** A handler that fails is a fault of the stand-in: seen in the violations, answered with 500. */
function guarded(state: State, handle: (...args: Parameters<RequestListener>) => Promise<void>): RequestListener {
  return (request, response) => {
    handle(request, response).catch((error: unknown) => {
      if (!state.stopped.signal.aborted && !request.destroyed) {
        state.violations.push({ call: `${request.method} ${request.url}`, problem: `the stand-in failed: ${error}` });
      }
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  };
}

/** Starts a stand-in for github.com on free ports of 127.0.0.1. It prints nothing and keeps its state in a temporary folder. */
export async function startGitHub(options: GitHubOptions = {}): Promise<GitHubStandIn> {
  const basePath = options.basePath ?? '';
  const state = await createState(options);
  const api = guarded(state, serveApi(state, basePath, routes));
  const web = guarded(state, serveWeb(state));
  const isPage = (url: string) => (basePath === '' ? serveWeb.isPage(url) : !url.startsWith(`${basePath}/`));
  const main = await listen((request, response) => (isPage(request.url ?? '/') ? web : api)(request, response));
  const archives = await listen(guarded(state, serveArchives(state)));
  state.webUrl = main.origin;
  state.apiUrl = main.origin + basePath;
  state.archiveUrl = archives.origin;

  const installationOn = (owner: string): Installation => {
    const found = [...state.installations.values()].find(
      (one) => !one.removed && one.account.login.toLowerCase() === owner.toLowerCase(),
    );
    if (found === undefined) throw new Error(`the App is not installed on ${owner}`);
    return found;
  };
  const tell = (installation: Installation, action: string) => {
    const repositories = [...state.repositories.values()].filter((one) => installation.repositoryIds.has(one.id));
    const sender = installation.account;
    const payload = installationPayload(state, installation, action, sender, repositories);
    return emit(state, 'installation', payload, installation);
  };

  return {
    get apiUrl() {
      return state.apiUrl;
    },
    get webUrl() {
      return state.webUrl;
    },
    appId: state.appId,
    privateKey: privateKey(),
    webhookSecret: state.hook.secret,
    requests: state.requests,
    deliveries: state.deliveries,
    violations: state.violations,
    rateLimit: state.settings.rateLimit,
    get latency() {
      return state.settings.latency;
    },
    set latency(milliseconds) {
      state.settings.latency = milliseconds;
    },
    get tokenLifetime() {
      return state.settings.tokenLifetime;
    },
    set tokenLifetime(milliseconds) {
      state.settings.tokenLifetime = milliseconds;
    },
    get deliveryTimeout() {
      return state.settings.deliveryTimeout;
    },
    set deliveryTimeout(milliseconds) {
      state.settings.deliveryTimeout = milliseconds;
    },
    deliverTo(url) {
      state.hook.url = url;
    },
    async createRepository(asked) {
      const owner = userOf(state, asked.owner, asked.ownerType ?? 'Organization');
      const author = userOf(state, usualAuthor);
      const record = await createRepository(state, {
        owner,
        name: asked.name,
        private: asked.private ?? false,
        branches: asked.branches ?? ['main', 'develop'],
        files: asked.files ?? { 'README.md': `# ${asked.name}\n` },
        author,
      });
      record.permissions.set(author.login.toLowerCase(), 'write');
      if (asked.install !== false) installApp(state, owner).repositoryIds.add(record.id);
      return createRepositoryHandle(state, record);
    },
    inject(fault) {
      state.faults.push({ fault, skip: fault.after ?? 0, left: fault.times ?? 1 });
    },
    clearFaults() {
      state.faults.length = 0;
    },
    sign: (event, content, signing) => signWebhook(state, event, content, signing),
    send: (webhook) => deliver(state, webhook, { action: null, installationId: null, repositoryId: null }),
    redeliver: (delivery) => redeliver(state, delivery),
    ping: () => emit(state, 'ping', pingPayload(state), undefined),
    uninstall(owner) {
      const installation = installationOn(owner);
      installation.removed = true;
      return tell(installation, 'deleted');
    },
    suspend(owner) {
      const installation = installationOn(owner);
      installation.suspendedAt = new Date();
      return tell(installation, 'suspend');
    },
    unsuspend(owner) {
      const installation = installationOn(owner);
      installation.suspendedAt = null;
      return tell(installation, 'unsuspend');
    },
    setPermissions(owner, permissions) {
      const installation = installationOn(owner);
      installation.permissions = permissions;
      return tell(installation, 'new_permissions_accepted');
    },
    expireTokens() {
      for (const token of state.tokens.values()) token.expiresAt = 0;
    },
    async settled() {
      while (state.background.size > 0) await Promise.all(state.background);
    },
    assertNoViolations() {
      const list = state.violations.map(({ call, problem }) => `${call}: ${problem}`);
      assert.deepEqual(list, [], 'GitHub would not have had these exchanges');
    },
    takeViolations: () => state.violations.splice(0),
    async stop() {
      state.stopped.abort();
      await Promise.all(
        [main.server, archives.server].map((server) => {
          const { promise, resolve } = Promise.withResolvers<void>();
          server.close(() => resolve());
          server.closeAllConnections();
          return promise;
        }),
      );
      await Promise.allSettled(state.background);
      await rm(state.folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}
