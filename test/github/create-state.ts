import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { GitHubOptions } from './github-stand-in.ts';
import type { Permissions, User } from './records.ts';
import type { State } from './state.ts';

const slipwayPermissions: Permissions = { checks: 'write', contents: 'read', metadata: 'read', pull_requests: 'write' };

let started = 0;
let generated: string | undefined;

/** PEM, PKCS#1. Making an RSA key takes a tenth of a second and more: one for all stand-ins of a process. */
export function appPrivateKey(): string {
  generated ??= generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  }).privateKey;
  return generated;
}

/** An empty GitHub with one App. */
export async function createState(options: GitHubOptions): Promise<State> {
  // Taken before anything is waited for: two that start at once would else share it.
  started += 1;
  const firstOffset = started * 1000;
  const appId = options.appId ?? 314_159;
  const appOwner: User = { id: 900, login: options.appOwner ?? 'acme', type: 'Organization' };
  const appBot: User = { id: 901, login: 'slipway[bot]', type: 'Bot' };
  return {
    folder: await mkdtemp(path.join(tmpdir(), 'github-')),
    appId,
    appSlug: 'slipway',
    appName: 'Slipway',
    appOwner,
    appBot,
    clientId: `Iv23li${appId}`,
    clientSecret: 'a client secret of the tests',
    publicKey: createPublicKey(appPrivateKey()),
    events: options.events ?? ['check_run', 'issue_comment', 'merge_group', 'pull_request'],
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
    manifestCodes: new Map(),
    signInCodes: new Map(),
    personTokens: new Map(),
    users: new Map([appOwner, appBot].map((user) => [user.login.toLowerCase(), user])),
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
    firstOffset,
    ids: new Map(),
  };
}
