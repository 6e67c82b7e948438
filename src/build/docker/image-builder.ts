import type { Readable } from 'node:stream';
import type { Staged } from '../../build-terms.ts';
import type { HeldContext } from '../../context-entry.ts';
import type { BuildRequest, Built, LeftOver, Workshop } from '../artifact-type.ts';

/** What an image is built from: a filtered tar and what was read of it. */
export type ImageSource = {
  /** A new tar of the build context at each call (uncompressed, `.dockerignore` applied, paths relative to the service's folder). */
  context(signal: AbortSignal): Readable;
  /** The same context with all of its content, where that is little; what the ignore file names is told apart in it. */
  smallContext(signal: AbortSignal): Promise<HeldContext | undefined>;
  /** Text of the service's Dockerfile. */
  readonly dockerfileText: string;
  /** Where the Dockerfile stands in the repository, for annotations: `services/orders/Dockerfile`. */
  readonly dockerfilePath: string;
};

export type ImageBuildRequest = Omit<BuildRequest, 'source'> & { readonly source: ImageSource };

export type StageRequest = Pick<BuildRequest, 'signal' | 'onEvent'> & {
  readonly built: Built;
  /** host[:port], without prefix. */
  readonly registryHost: string;
  /** With prefix: `team/slipway-staging`. */
  readonly repository: string;
  readonly tag: string;
  readonly credentials: { readonly username: string; readonly password: string } | undefined;
};

/** Images on an engine. Promises reject as those of an `ArtifactBuilder`. */
export type ImageBuilder = {
  build(request: ImageBuildRequest): Promise<Built>;
  stage(request: StageRequest): Promise<Staged>;
  /** Whether this engine still holds what an earlier worker built. */
  holds(built: Built): Promise<boolean>;
  /** Lets go of what a build left on the engine (image without a version's need). Never throws for what is gone. */
  discard(built: Built): Promise<void>;
  leftOvers(): Promise<readonly LeftOver[]>;
  readonly workshop: Workshop;
};
