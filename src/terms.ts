/**
 * The words of Slipway. Code, log, check, comment, page and documentation use these and no others.
 */

/** What is published: an image in a registry, or an Amazon Machine Image. */
export type ArtifactType = 'docker' | 'ami';

/** How a service wants to be built, from `services[].build` of slipway.yml. */
export type BuildOptions = {
  readonly target?: string;
  /** Build arguments. They are visible in the image's history and never carry secrets. */
  readonly args: Readonly<Record<string, string>>;
  /** Milliseconds for fetch, build and push together; the server's `BUILD_TIMEOUT` where absent. */
  readonly timeoutMs?: number;
};

/** How Packer makes an `ami` service, from `services[].packer` of slipway.yml. */
export type PackerOptions = {
  /** File or folder, relative to the service's `path`. */
  readonly template: string;
  /** Given to the template beside Slipway's own. They are no secrets. */
  readonly variables: Readonly<Record<string, string>>;
  /** Builds of the template to run; empty: all. */
  readonly only: readonly string[];
  /** Where the template publishes, the first one first; empty: the worker's AWS_REGION. */
  readonly regions: readonly string[];
};

/** A tag beside the version that moves forward with each release: `1`, `1.4`, `latest`. */
export type AliasRule = 'major' | 'major.minor' | 'latest';

/** The part of a version that a bump label asks to raise. */
export type Bump = 'major' | 'minor' | 'patch';

/** A folder of a repository with a Dockerfile and a service name. */
export type Service = {
  readonly name: string;
  /** Where the name was read, for people: `package.json "service_name"`. */
  readonly nameFrom: string;
  /** Folder in the repository, POSIX, without leading or trailing slash; `.` is the root. Also the build context. */
  readonly path: string;
  /** Relative to `path`. */
  readonly dockerfile: string;
  readonly type: ArtifactType;
  readonly build: BuildOptions;
  /** For `ami`. */
  readonly packer?: PackerOptions;
  /** The aliases that its releases move, from `tags` of slipway.yml. */
  readonly tags?: readonly AliasRule[];
};

/** One service at one version. */
export type Artifact = {
  readonly service: Service;
  /** SemVer 2.0.0 without build metadata. */
  readonly version: string;
  /** What the version was read from, for people: ``label `version:1.4.2` ``. */
  readonly versionFrom: string;
  /** There where a bump label asked: until the merge is planned, the version is what it would be now. */
  readonly bump?: Bump;
};

/** A service that a merge leaves alone. */
export type SkippedService = { readonly name: string; readonly reason: string };

/** The files that a pull request touches, from the repository's root; a renamed one under both names. */
export type TouchedFiles = {
  readonly paths: readonly string[];
  /** False where there are more than GitHub lists. */
  readonly isComplete: boolean;
};

/** A place in a file of the repository that a check run points to. Lines count from 1. */
export type Annotation = {
  readonly path: string;
  readonly startLine: number;
  readonly endLine: number;
  readonly title: string;
  readonly message: string;
};

/** Why nothing is published, and the sentence that says how to mend it. */
export type Refusal = {
  readonly reason: string;
  readonly help: string;
  readonly annotation?: Annotation;
};

/** The services for which a version label on the pull request would settle everything. */
export type Unversioned = {
  readonly services: readonly Service[];
  /** True where nothing claims to be a version; false where something does and cannot be obeyed. */
  readonly isMissing: boolean;
  /** Whether the label has to name the service, since the others have versions of their own. */
  readonly isNamed: boolean;
};

/** What merging a pull request publishes, or the reason why it publishes nothing. */
export type Plan =
  | {
      readonly kind: 'publish';
      readonly artifacts: readonly Artifact[];
      readonly skipped?: readonly SkippedService[];
      /** What the reader should know of the whole plan. Sentences for people. */
      readonly notes?: readonly string[];
    }
  | { readonly kind: 'refused'; readonly refusal: Refusal; readonly unversioned?: Unversioned }
  | { readonly kind: 'skipped'; readonly reason: string }
  /** Not ours to speak about: no check, no comment, no row on a page. */
  | { readonly kind: 'ignored'; readonly reason: string };

/** A merged pull request, known by repository id, number and merge commit. */
export type Merge = {
  readonly id: string;
  readonly installationId: number;
  readonly repositoryId: number;
  readonly owner: string;
  readonly repo: string;
  readonly private: boolean;
  readonly number: number;
  readonly mergeCommit: string;
  readonly headSha: string;
  readonly baseRef: string;
  readonly title: string;
  readonly labels: readonly string[];
  /** Login of the pull request's author. */
  readonly author: string;
  /** Address of the repository for people, e.g. `https://github.com/acme/orders`. */
  readonly repositoryUrl: string;
  readonly mergedAt: Date;
  readonly deliveryId: string;
};

/** A pull request, as the newest event told of it. */
export type PullRequest = {
  readonly installationId: number;
  readonly repositoryId: number;
  readonly owner: string;
  readonly repo: string;
  readonly private: boolean;
  /** Address of the repository for people. */
  readonly repositoryUrl: string;
  /** What GitHub says that the repository takes, history included, KiB. */
  readonly repositorySize: number;
  readonly number: number;
  readonly isOpen: boolean;
  readonly isDraft: boolean;
  readonly headSha: string;
  readonly baseRef: string;
  readonly title: string;
  readonly labels: readonly string[];
  /** Login. */
  readonly author: string;
  /** How many it has. */
  readonly commits?: number;
  readonly updatedAt: Date;
};

/** What a build of an image will use, as its Dockerfile says. */
export type Recipe = {
  /** From the repository's root. */
  readonly dockerfile: string;
  readonly target?: string;
  /** Names of the build arguments that slipway.yml gives. */
  readonly args: readonly string[];
  /** Images that stages are built from. */
  readonly bases: readonly string[];
};

/** A plan as it was read from the repository: true whatever others publish meanwhile. */
export type ReadPlan = {
  readonly plan: Plan;
  /** By service name. */
  readonly recipes: Readonly<Record<string, Recipe>>;
  /** The plan by the pull request's own slipway.yml, where it changes that file. */
  readonly next?: Plan;
};

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
