import type { Readable } from 'node:stream';
import type { Artifact, BuildEvent, Staged } from '../terms.ts';

/** What a build starts from: a filtered tar and what was read of it. */
export type BuildSource = {
  /** A new tar of the build context at each call (uncompressed, `.dockerignore` applied, paths relative to the service's folder). */
  context(signal: AbortSignal): Readable;
  /** Text of the service's Dockerfile. */
  readonly dockerfileText: string;
  /** Where the Dockerfile stands in the repository, for annotations: `services/orders/Dockerfile`. */
  readonly dockerfilePath: string;
};

export type BuildRequest = {
  readonly buildId: string;
  readonly artifact: Artifact;
  readonly source: BuildSource;
  /** Labels that are always ours; they win over the Dockerfile's. */
  readonly labels: Readonly<Record<string, string>>;
  /** Labels that yield to the Dockerfile's own LABEL. */
  readonly defaultLabels: Readonly<Record<string, string>>;
  readonly noCache: boolean;
  readonly signal: AbortSignal;
  onEvent(event: BuildEvent): void;
};

/** What the engine holds after a build. */
export type Built = { readonly imageId: string; readonly engineId: string };

export type StageRequest = {
  readonly built: Built;
  /** host[:port], without prefix. */
  readonly registryHost: string;
  /** With prefix: `team/slipway-staging`. */
  readonly repository: string;
  readonly tag: string;
  readonly credentials: { readonly username: string; readonly password: string } | undefined;
  readonly signal: AbortSignal;
  onEvent(event: BuildEvent): void;
};

/**
 * An artifact type: how it is built and how it gets to staging. Every promise rejects with a `SlipwayError`:
 * on an in-band error, on a broken or early closed stream, and when the signal is aborted (code `cancelled`).
 */
export type ArtifactBuilder = {
  build(request: BuildRequest): Promise<Built>;
  stage(request: StageRequest): Promise<Staged>;
  /** Whether this engine still holds what an earlier worker built. */
  holds(built: Built): Promise<boolean>;
  /** Lets go of what a build left on the engine (image without a version's need). Never throws for what is gone. */
  discard(built: Built): Promise<void>;
  /** What builds left where they were built, each with the build's id. */
  leftOvers(): Promise<readonly LeftOver[]>;
};

/** Something that a build left behind, by a worker that died before it could let go of it. */
export type LeftOver = {
  readonly buildId: string;
  /** Lets go of it. Never throws for what is gone. */
  remove(): Promise<void>;
};
