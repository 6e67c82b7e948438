import type { Readable } from 'node:stream';
import type { BuildEvent, Identity, Staged } from '../build-terms.ts';
import type { HeldContext } from '../context-entry.ts';
import type { Artifact, Recipe, Service } from '../terms.ts';

type ContextOptions = { readonly path: string; readonly dockerfile?: string; readonly signal: AbortSignal };

/** The files at the merge commit. Paths are POSIX and relative to the repository's root. */
export type BuildSource = {
  /** Text of a small file; undefined where there is none. */
  read(path: string): Promise<string | undefined>;
  kind(path: string): Promise<'file' | 'folder' | 'link' | undefined>;
  /** A new tar of a folder at each call (uncompressed, `.dockerignore` applied, paths relative to the folder). */
  context(options: ContextOptions): Readable;
  /** The same files with all of their content, where that is little. */
  smallContext(options: ContextOptions): Promise<HeldContext | undefined>;
  /** SHA-256 (hex) of the same files. */
  contextDigest(options: ContextOptions): Promise<string>;
};

/** An artifact that a build is to publish. */
export type Wanted = {
  readonly buildId: string;
  readonly artifact: Artifact;
  readonly signal: AbortSignal;
};

/** Who stands behind a version that is published. */
export type Existing = {
  readonly digest: string;
  /** Bytes. */
  readonly size: number;
  readonly identity: Identity;
  /** Address of the repository that it comes from, for people; empty where it does not say. */
  readonly sourceUrl: string;
  /** Where it was found, for people: `in the registry`. */
  readonly place: string;
};

export type BuildRequest = Wanted & {
  readonly source: BuildSource;
  /** Labels that are always ours; they win over the Dockerfile's. */
  readonly labels: Readonly<Record<string, string>>;
  /** Labels that yield to the Dockerfile's own LABEL. */
  readonly defaultLabels: Readonly<Record<string, string>>;
  readonly noCache: boolean;
  onEvent(event: BuildEvent): void;
};

/** What is there after a build: an image on an engine, or Amazon Machine Images in an account. */
export type Built = {
  /** Id of the image; for machine images `region:ami-...`, comma-separated. */
  readonly imageId: string;
  /** Id of the engine that has it; empty where any worker can go on with it. */
  readonly engineId: string;
};

export type StageRequest = Omit<BuildRequest, 'source' | 'noCache'> & { readonly built: Built };

export type PublishRequest = StageRequest & {
  readonly staged: Staged;
  /** False where it was staged a moment ago, so that no earlier try can have published it; then it is asked for only at the end. */
  readonly mayBeThere: boolean;
  /**
   * Asked once everything is ready: whether the lease stands and nobody cancelled. After true, the signal is not obeyed
   * any more: the version is published, or where it is published failed.
   */
  mayPublish(): Promise<boolean>;
};

export type AbandonRequest = Pick<BuildRequest, 'buildId' | 'artifact' | 'labels' | 'onEvent'>;

export type AliasRequest = {
  readonly artifact: Artifact;
  readonly tag: string;
  /** Of the published version. */
  readonly digest: string;
  readonly repositoryId: number;
  readonly signal: AbortSignal;
};

export type AliasAnswer =
  | { readonly kind: 'moved' | 'there' }
  /** A newer version has it. */
  | { readonly kind: 'newer'; readonly at: string }
  /** It is no image of this repository's, or says no version. */
  | { readonly kind: 'foreign' };

/** What the tool that would build says of the files that it would be given. */
export type Validation = {
  /** `unknown`: they ask for what only a build may have. */
  readonly kind: 'valid' | 'unknown';
  /** One sentence for people. */
  readonly found: string;
};

/** Something that a build left behind, by a worker that died before it could let go of it. */
export type LeftOver = {
  readonly buildId: string;
  /** Lets go of it. Never throws for what is gone. */
  remove(): Promise<void>;
};

/** Where builds are made: it fills in the course of time. */
export type Workshop = {
  /** The folder of this machine whose disk it fills; undefined where that cannot be seen from here. */
  folder(signal: AbortSignal): Promise<string | undefined>;
  /**
   * Takes away what only makes later builds quicker, what was used longest ago first, until there is enough or nothing
   * is left.
   *
   * @returns bytes
   */
  makeRoom(isEnough: () => Promise<boolean>, signal: AbortSignal): Promise<number>;
};

/**
 * An artifact type: how it is built, and where and how it is published. Every promise rejects with a `SlipwayError`:
 * on an in-band error, on a broken or early closed stream, and when the signal is aborted (code `cancelled`).
 */
export type ArtifactBuilder = {
  /**
   * What people ask for to get the version: `registry.lan:5000/orders:1.0.0`.
   *
   * @throws {SlipwayError} `bad-settings` where no setting says where it would be published
   */
  reference(artifact: Artifact): string;
  /** Who stands behind the version where it would be published; undefined when it is free. */
  find(wanted: Wanted): Promise<Existing | undefined>;
  /** The versions of a service that are published. */
  versions(service: Service, signal: AbortSignal): Promise<readonly string[]>;
  /**
   * What a build will use, from the repository's files alone: nothing of them is run. Absent where they do not tell.
   *
   * @param read text of a file, by its path from the repository's root; undefined where there is none
   */
  recipe?(service: Service, read: (path: string) => Promise<string | undefined>): Promise<Recipe>;
  /**
   * Has the tool that would build read the files, with neither credentials nor a network: files may be code. Absent where
   * there is no such tool.
   */
  validate?(request: {
    readonly service: Service;
    readonly source: BuildSource;
    readonly signal: AbortSignal;
  }): Promise<Validation>;
  /** SHA-256 (hex) of everything that decides what a build of a folder makes. */
  contentDigest(source: BuildSource, service: Service, signal: AbortSignal): Promise<string>;
  build(request: BuildRequest): Promise<Built>;
  /** Whether what an earlier try built is still there. */
  holds(built: Built): Promise<boolean>;
  /** Whether what an earlier try staged still waits for its version. */
  isStaged(staged: Staged, signal: AbortSignal): Promise<boolean>;
  stage(request: StageRequest): Promise<Staged>;
  /** Makes the version of what was staged: once, never over another one, and again after a crash at any point. */
  publish(request: PublishRequest): Promise<{ readonly digest: string; readonly size: number }>;
  /**
   * Points a tag such as `1.4` or `latest` to a published version: forward only, and never away from an image that is not
   * the same repository's. Absent where the type has no tags.
   */
  alias?(request: AliasRequest): Promise<AliasAnswer>;
  /** Lets go of what a build needs no more. Never throws for what is gone. */
  discard(built: Built, buildId: string): Promise<void>;
  /**
   * Ends what still runs for a build that ends without a version (a worker that died may have left it), and tells what
   * stays behind. Never rejects.
   */
  abandon(request: AbandonRequest): Promise<void>;
  /** What builds left where they were built, each with the build's id. */
  leftOvers(): Promise<readonly LeftOver[]>;
  /** Where it keeps what it builds; absent where it keeps nothing. */
  readonly workshop?: Workshop;
};
