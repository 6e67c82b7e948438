/**
 * The words of Slipway. Code, log, check, comment, page and documentation use these and no others. Those of a build and how it ends
 * stand in build-terms.ts.
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
