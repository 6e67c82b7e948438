// The words for what is done about a plan: see terms.ts.
import type { Annotation, Artifact } from './terms.ts';

/** The parts of the pipeline in which time is spent and tries are counted. */
export type Phase = 'plan' | 'fetch' | 'build' | 'push' | 'report';

/** How a build ended. */
export type Verdict = 'published' | 'failed' | 'refused' | 'skipped' | 'cancelled';

/** Whose problem a failure is: `yours` (Dockerfile, version, configuration), `ours` (registry, engine, network, disk). */
export type Fault = 'yours' | 'ours' | 'timeout';

/** How often the work of a phase ended without a result. */
export type Tries = {
  /** By an error that another try may not meet. */
  readonly failures: number;
  /** By the end of the worker. */
  readonly crashes: number;
};

/** What keeps a worker from taking builds up. */
export type Obstacle = 'engine' | 'disk';

export type BuildState = 'queued' | 'running' | 'ended';

/** One step of a running build, in the order of the Dockerfile. */
export type BuildStep = {
  /** Unique in its build. */
  readonly id: string;
  /** As the engine names it: `[stage-1 2/3] RUN npm ci`. */
  readonly name: string;
  readonly startedAt?: Date;
  readonly endedAt?: Date;
  readonly cached: boolean;
  readonly error?: string;
};

/**
 * What a running build tells: a step that began or changed, output (whole lines, `\n`-ended, at most 64 KiB at once), or a
 * sentence that stands with the verdict, whatever that is.
 */
export type BuildEvent =
  | { readonly kind: 'step'; readonly step: BuildStep }
  | { readonly kind: 'log'; readonly stepId?: string; readonly text: string }
  | { readonly kind: 'note'; readonly text: string };

/** When a phase began and ended. */
export type Timing = { readonly startedAt: Date; readonly endedAt?: Date };

/** How a build ended, and everything that is told about it. */
export type Outcome = {
  readonly verdict: Verdict;
  readonly fault?: Fault;
  /** One sentence for people. */
  readonly reason: string;
  /** What to do next, one sentence for people. */
  readonly help?: string;
  readonly phase?: Phase;
  readonly annotation?: Annotation;
  /** The failing step's last lines. */
  readonly tail?: readonly string[];
  readonly digest?: string;
  /** Compressed size of the artifact in the registry, bytes. */
  readonly size?: number;
  /** Things the reader should know although the build went on: submodules, LFS pointers, files left out by export-ignore. */
  readonly notes: readonly string[];
  readonly steps: readonly BuildStep[];
};

/** What was pushed to staging and waits for its version. */
export type Staged = {
  /** Digest of the manifest as the engine reported it: `sha256:...`. */
  readonly digest: string;
  /** Repository in the registry that holds it, with the prefix: `team/slipway-staging`. */
  readonly repository: string;
  readonly tag: string;
  /** Image id on the engine. */
  readonly imageId: string;
  /** The engine's own id, so that a later push finds the image where it is; empty where no engine has it. */
  readonly engineId: string;
};

/** One run of the pipeline for one artifact of one merge. */
export type Build = {
  readonly id: string;
  readonly mergeId: string;
  readonly artifact: Artifact;
  readonly state: BuildState;
  readonly phase?: Phase;
  readonly timings: Partial<Readonly<Record<Phase, Timing>>>;
  /** Grows with each worker that takes the build up; a worker with an older one has lost the build. */
  readonly lease: number;
  readonly cancelRequested: boolean;
  /** Login of who asked to cancel it. */
  readonly cancelledBy?: string;
  /** Login of who asked for it, where it is a Rebuild. */
  readonly requestedBy?: string;
  /** True for a Rebuild that uses nothing from the engine's cache. */
  readonly noCache: boolean;
  readonly tries: Partial<Readonly<Record<Phase, Tries>>>;
  /** Milliseconds of work in earlier tries, without the waits between them. */
  readonly workedMs: number;
  /** When it is tried again. */
  readonly retryAt?: Date;
  readonly waitsFor?: Obstacle;
  /** What an earlier try left on an engine. */
  readonly built?: Pick<Staged, 'imageId' | 'engineId'>;
  readonly staged?: Staged;
  readonly outcome?: Outcome;
  readonly createdAt: Date;
  readonly startedAt?: Date;
  readonly endedAt?: Date;
};

/** What says on a published image whose it is (design: identity labels). */
export type Identity = {
  readonly repositoryId?: number;
  readonly path?: string;
  readonly commit?: string;
  /** For a folder without a repository: the SHA-256 of its filtered context and build options. */
  readonly contentDigest?: string;
};
