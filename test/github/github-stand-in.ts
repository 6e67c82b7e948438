import type { InstallationControls } from './controls/installation-controls.ts';
import type { Files } from './git/write-commit.ts';
import type { Delivery, Permissions, User } from './records.ts';
import type { Repository } from './repository.ts';
import type { Fault, GitHubKnobs, RequestRecord, Violation } from './state.ts';
import type { SignedWebhook, SignOptions } from './webhooks/sign.ts';

export type GitHubOptions = {
  /** Where it listens; 127.0.0.1 where absent. */
  readonly host?: string;
  /** `/api/v3` for GitHub Enterprise Server; nothing where absent. */
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
export type GitHubStandIn = InstallationControls & {
  /** Base address of the REST API, with the base path. */
  readonly apiUrl: string;
  readonly webUrl: string;
  readonly appId: number;
  /** PEM, PKCS#1 as GitHub gives it out. */
  readonly privateKey: string;
  readonly webhookSecret: string;
  /** For sign-in with the App. */
  readonly oauth: { readonly clientId: string; readonly clientSecret: string };
  readonly knobs: GitHubKnobs;
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
  /** Ends all tokens that are out, of installations and of people. */
  expireTokens(): void;
  /** Waits for deliveries that nobody waits for. */
  settled(): Promise<void>;
  /** @throws {AssertionError} that names each exchange that the real GitHub would not have had */
  assertNoViolations(): void;
  /** The violations so far, which then no longer count: for tests of wrong requests. */
  takeViolations(): Violation[];
  stop(): Promise<void>;
};
